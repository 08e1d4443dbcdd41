/** Fund lineage of balances and transactions (contract section 13). */

import type { Metadata } from "../../rules/metadata.ts";
import { providerFunds, shadowRows } from "../../store/lineage.ts";
import { findTransaction } from "../../store/transactions.ts";
import { Sorted } from "../encode.ts";
import { CoreFailure } from "../errors.ts";
import { refusalFailure } from "../refusals.ts";
import { type Handler, json, type Route } from "../router.ts";
import { transactionToWire } from "../wire.ts";

const readBalanceLineage: Handler = async (request, context) => {
  const id = request.parameters["id"] ?? "";
  const row = await context.findBalance(id);
  if (row === undefined) {
    throw new CoreFailure("BAL_NOT_FOUND", `Balance with ID '${id}' not found`, { details: {} });
  }
  if (!row.track_fund_lineage) {
    const message = `balance ${id} does not have fund lineage tracking enabled`;
    throw new CoreFailure("GEN_BAD_REQUEST", message);
  }
  const funds = await providerFunds(context.database, id);
  return json(200, {
    balance_id: id,
    total_with_lineage: funds.reduce((total, { amount, spent }) => total + amount - spent, 0n),
    aggregate_balance_id: funds[0]?.aggregateBalanceId ?? "",
    providers: funds.map(({ provider, amount, spent, shadowBalanceId }) => ({
      provider,
      amount,
      available: amount - spent,
      spent,
      shadow_balance_id: shadowBalanceId,
    })),
  });
};

const shadowView = { effectiveDate: false, bare: false, promoteInflight: false };

/** What metadata tells of an allocation: the objects of a list, whoever wrote it; nothing where there are none. */
function allocationOf(metadata: Metadata | null): Sorted | undefined {
  const value = metadata?.["BLNK_FUND_ALLOCATION"];
  const shares = Array.isArray(value) ? value.filter(isObject) : [];
  return shares.length === 0 ? undefined : new Sorted(shares);
}

function isObject(value: unknown): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

const readTransactionLineage: Handler = async (request, context) => {
  const id = request.parameters["id"] ?? "";
  const row = await findTransaction(context.database, id);
  if (row === undefined) throw refusalFailure({ code: "transaction_missing", id }, "TXN_NOT_FOUND");
  const shadows = await shadowRows(context.database, id);
  return json(200, {
    transaction_id: id,
    fund_allocation: allocationOf(row.meta_data),
    shadow_transactions:
      shadows.length === 0
        ? null
        : shadows.map((shadow) => ({ ...transactionToWire(shadow, shadowView), parent_transaction: "" })),
  });
};

export const lineageRoutes: readonly Route[] = [
  { method: "GET", path: "/balances/:id/lineage", handle: readBalanceLineage },
  { method: "GET", path: "/transactions/:id/lineage", handle: readTransactionLineage },
];
