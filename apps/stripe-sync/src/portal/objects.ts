/** One balance transaction with what became of it: by its own key, or by a transaction of the ledger. */
import type { PortalContext } from "@annex/app";
import type { Transaction } from "@annex/client";
import type { ObjectDetailJson } from "../portal-types.ts";
import { objectOf } from "../sync/outcomes.ts";
import { timeKey } from "../sync/register.ts";
import { foundInBooks, nothingHere } from "./parts.ts";

export async function objectDetail(c: PortalContext<"time" | "objectId">): Promise<ObjectDetailJson> {
  return objectAt(c, `${c.param("time")}/${c.param("objectId")}`);
}

/** The ledger is asked, since the transaction itself says which balance transaction it was posted for. */
export async function objectOfTransaction(c: PortalContext<"transactionId">): Promise<ObjectDetailJson> {
  const key = keyIn(await c.cloud.data.transactions.get(c.param("transactionId")));
  if (key === undefined) throw nothingHere("transaction of this app");
  return objectAt(c, key);
}

async function objectAt(c: PortalContext, key: string): Promise<ObjectDetailJson> {
  const { data, value, former } = await foundInBooks(c, "object", ({ movements }) => movements.get(key));
  const object = objectOf(value, (await data.alerts.get(key))?.alertId);
  return { ...object, ...(former === undefined ? {} : { books: former }) };
}

/**
 * A posting of the object's own is effective when its balance transaction was created. A correction is effective when
 * it was approved, and says the key of what it corrects; one of an older version does not, and leads nowhere.
 */
function keyIn({ meta_data, effective_date }: Transaction): string | undefined {
  const own = meta_data?.["stripe_sync"];
  if (typeof own !== "object" || own === null) return undefined;
  if ("object_key" in own) return typeof own.object_key === "string" ? own.object_key : undefined;
  const id = "balance_transaction" in own ? own.balance_transaction : undefined;
  const created = Math.floor(Date.parse(effective_date ?? "") / 1000);
  return typeof id === "string" && Number.isFinite(created) ? timeKey(created, id) : undefined;
}
