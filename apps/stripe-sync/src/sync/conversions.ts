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
import { isOurs, type SettledLeg } from "./comparing.ts";
import { type Corrected, transactionsUnder, withCorrections } from "./corrections.ts";
import type { PostingTools } from "./posting.ts";

/** A balance transaction as far as it is known, and the conversion in the ledger that it does not bear out. */
export type KnownMovement = { readonly movement: Movement; readonly stray?: Corrected };

/** Looks for the conversions of those that have none of their own; asks nothing where there are no such. */
export async function withConversions(
  tools: PostingTools,
  movements: readonly Movement[],
): Promise<readonly KnownMovement[]> {
  const uncertain = movements.filter(isUncertain);
  if (uncertain.length === 0) return movements.map((movement) => ({ movement }));
  const rows = await transactionsUnder(
    tools,
    uncertain.map(({ id }) => conversionReference(id)),
  );
  const kept = new Map(rows.filter(isInBooks).map((row) => [row.reference, row]));
  const known = movements.map((movement) => {
    const row = isUncertain(movement) ? kept.get(conversionReference(movement.id)) : undefined;
    if (row === undefined) return { movement };
    const proven = withKnown(movement, { currency: row.currency, amount: `${row.precise_amount}` });
    return proven === movement ? { movement, row } : { movement: proven };
  });
  const strays = await straysOf(
    tools,
    known.flatMap(({ row }) => row ?? []),
  );
  return known.map(({ movement, row }) => {
    const stray = strays.get(row?.reference ?? "");
    return stray === undefined ? { movement } : { movement, stray };
  });
}

function isInBooks(row: Transaction): boolean {
  return isOurs(row) && row.status === "APPLIED";
}

/** Whether its source tells of money in another currency, and not of how much this is. */
function isUncertain(movement: Movement): boolean {
  if (movement.presentedUnreadable === true) return true;
  return movement.presented !== undefined && typeof conversionOf(movement) === "string";
}

/** Those that were not taken back yet, each with what takes it back from where earlier corrections left it. */
async function straysOf(
  tools: PostingTools,
  rows: readonly Transaction[],
): Promise<ReadonlyMap<string, Corrected>> {
  if (rows.length === 0) return new Map();
  // Earlier corrections may have used any account.
  const accounts = await loadAccounts(tools, tools.ledgerId);
  const legs = rows.flatMap((row) => strayLeg(accounts, row) ?? []);
  const corrected = await withCorrections(tools, accounts, legs);
  return new Map(
    corrected.flatMap((one) => (one.moves.length === 0 ? [] : [[one.settled.leg.reference, one] as const])),
  );
}

/** As a leg that belongs nowhere but in the account of conversion, on both sides: so it moves nothing. */
function strayLeg({ keyOf }: Accounts, transaction: Transaction): SettledLeg | undefined {
  const from = keyOf.get(transaction.source ?? "");
  const to = keyOf.get(transaction.destination ?? "");
  if (from === undefined || to === undefined) return undefined;
  const { reference, currency, precise_amount: amount } = transaction;
  const nowhere = { role: "conversion", currency } as const;
  const leg = { role: "converted", reference, from: nowhere, to: nowhere, amount } as const;
  return { leg, transaction, posted: false, differences: [], misplaced: { from, to } };
}
