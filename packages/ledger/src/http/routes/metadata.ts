/** `POST /:id/metadata`: keys merged into what an entity has (contract section 14.3). */
import type { LedgerContext } from "../../context.ts";
import { asksForRecalculation, metadataAfterRecalculation } from "../../rules/balance-recalculation.ts";
import type { Metadata } from "../../rules/metadata.ts";
import { toTimestampText } from "../../rules/times.ts";
import {
  type MetadataPlace,
  mergeMetadata,
  mergeTransactionMetadata,
  recalculateBalance,
  writeRecalculated,
} from "../../store/metadata.ts";
import { orInternal } from "../database-details.ts";
import { Sorted } from "../encode.ts";
import { CoreFailure, codeOfText } from "../errors.ts";
import { type Answer, decodeOr400, json, type Route, type RouteRequest } from "../router.ts";
import { metadata, structure } from "../shapes.ts";

const metadataBody = structure("MetadataRequest", { meta_data: metadata }, "api.MetadataRequest");

const places: Readonly<Record<string, MetadataPlace>> = {
  ldg: { table: "ledgers", id: "ledger_id" },
  bln: { table: "balances", id: "balance_id" },
  idt: { table: "identity", id: "identity_id" },
};

function required(sent: Metadata | null): Metadata {
  if (sent !== null) return sent;
  const message =
    "Key: 'MetadataRequest.Metadata' Error:Field validation for 'Metadata' failed on the 'required' tag";
  throw new CoreFailure("GEN_MALFORMED_REQUEST", message);
}

function notFound(): CoreFailure {
  return new CoreFailure("META_ENTITY_NOT_FOUND", "entity not found");
}

/** The words of the id count too (contract section 3.3). */
function invalidId(id: string): CoreFailure {
  const message = `invalid entity ID format: ${id}`;
  return new CoreFailure(codeOfText(message, "META_INVALID_ENTITY_ID"), message);
}

async function ofTransactions(context: LedgerContext, id: string, sent: Metadata): Promise<Metadata> {
  if ((await mergeTransactionMetadata(context.changes, id, sent)) === 0) throw notFound();
  return sent;
}

async function ofEntity(
  context: LedgerContext,
  place: MetadataPlace,
  id: string,
  sent: Metadata,
): Promise<Metadata> {
  const merged = await context.changes.transaction(async (transaction) => {
    const found = await mergeMetadata(transaction, place, id, sent);
    if (found !== undefined && place.table === "balances" && asksForRecalculation(found)) {
      const totals = await recalculateBalance(transaction, id);
      const executedAt = `${toTimestampText(context.now())}+00`;
      await writeRecalculated(transaction, id, totals, metadataAfterRecalculation(found, totals, executedAt));
    }
    return found;
  });
  if (merged === undefined) throw notFound();
  return merged;
}

async function update(request: RouteRequest, context: LedgerContext): Promise<Answer> {
  const id = request.parameters["id"] ?? "";
  const sent = required((await decodeOr400(request, metadataBody)).meta_data);
  const prefix = /^(ldg|bln|idt|txn|bulk)_/.exec(id)?.[1];
  if (prefix === undefined) throw invalidId(id);
  const place = places[prefix];
  // An id that no row can have, for its NUL, is not even looked for.
  if (place !== undefined && id.includes("\0")) throw notFound();
  const shown = await orInternal(
    place === undefined ? ofTransactions(context, id, sent) : ofEntity(context, place, id, sent),
  );
  return json(200, { meta_data: new Sorted(shown) });
}

export const metadataRoutes: readonly Route[] = [{ method: "POST", path: "/:id/metadata", handle: update }];
