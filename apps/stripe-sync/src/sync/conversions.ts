/**
 * Conversions that the ledger has of balance transactions whose sources tell of more money than they moved. An earlier
 * reading may have known better: its conversion is kept where the rate proves it. An earlier version of this app booked
 * the whole of the source each time: what the rate does not prove is proposed to be taken back.
 */
import type { Transaction } from "@annex/client";
import { conversionOf, withKnown } from "../mapping/conversion.ts";
import { conversionReference } from "../mapping/legs.ts";
import type { Movement } from "../mapping/movement.ts";
import { type Accounts, loadAccounts } from "./accounts.ts";
import { isOurs } from "./comparing.ts";
import { type Corrected, transactionsUnder } from "./corrections.ts";
import type { PostingTools } from "./posting.ts";

/** A balance transaction as far as it is known, and the conversion in the ledger that it does not bear out. */
export type KnownMovement = { readonly movement: Movement; readonly stray?: Corrected };

/** Looks for the conversions of those that have none of their own; asks nothing where there are no such. */
export async function withConversions(
  tools: PostingTools,
  accounts: Accounts,
  movements: readonly Movement[],
): Promise<readonly KnownMovement[]> {
  const uncertain = movements.filter(isUncertain);
  if (uncertain.length === 0) return movements.map((movement) => ({ movement }));
  const references = uncertain.map(({ id }) => conversionReference(id));
  const rows = await transactionsUnder(tools, [...references, ...references.map(correctionOf)]);
  const known = rows.every((row) => knows(accounts, row))
    ? accounts
    : await loadAccounts(tools, tools.ledgerId);
  const byReference = new Map(rows.map((row) => [row.reference, row]));
  return movements.map((movement) => {
    const row = byReference.get(conversionReference(movement.id));
    if (row === undefined || !isUncertain(movement) || !isOurs(row) || row.status !== "APPLIED")
      return { movement };
    const proven = withKnown(movement, { currency: row.currency, amount: `${row.precise_amount}` });
    if (proven !== movement) return { movement: proven };
    const stray = byReference.has(correctionOf(row.reference)) ? undefined : strayOf(known, row);
    return stray === undefined ? { movement } : { movement, stray };
  });
}

/** Whether its source tells of money in another currency, and not of how much this is. */
function isUncertain(movement: Movement): boolean {
  if (movement.presentedUnreadable === true) return true;
  return movement.presented !== undefined && typeof conversionOf(movement) === "string";
}

function correctionOf(reference: string): string {
  return `${reference}-corrected-1`;
}

function knows({ keyOf }: Accounts, { source, destination }: Transaction): boolean {
  return keyOf.has(source ?? "") && keyOf.has(destination ?? "");
}

/** As it stands in the ledger, and the posting that takes it back. */
function strayOf({ keyOf }: Accounts, transaction: Transaction): Corrected | undefined {
  const from = keyOf.get(transaction.source ?? "");
  const to = keyOf.get(transaction.destination ?? "");
  if (from === undefined || to === undefined) return undefined;
  const { reference, precise_amount: amount } = transaction;
  const leg = { role: "converted" as const, reference, from, to, amount };
  return {
    settled: { leg, transaction, posted: false, differences: [] },
    moves: [{ reference: correctionOf(reference), from: to, to: from, amount }],
  };
}
