/**
 * What an earlier version of this app booked elsewhere, and what would put it right. A correction is a transaction of
 * its own, posted only when a member approves it; earlier corrections count, so that nothing is corrected twice.
 */
import { AppError } from "@annex/app";
import type { EnsuredTransaction, NewTransaction, Transaction } from "@annex/client";
import { type AccountKey, accountName, internalRoles, ledgerRoles } from "../mapping/accounts.ts";
import type { CorrectionJson, KeptFindingJson } from "../portal-types.ts";
import { precisionOf } from "../stripe/amounts.ts";
import { type Accounts, ensureAccounts, heldBy, loadAccounts, sideOf } from "./accounts.ts";
import type { SettledLeg } from "./comparing.ts";
import { type Move, movesOf } from "./outcomes.ts";
import { isTakenByHand, movedByHand, notHeld, type Standing, standingOf } from "./proposals.ts";
import type { LedgerTools } from "./tools.ts";

/** A leg as it stands with all its corrections, and what is left to correct. */
export type Corrected = { readonly settled: SettledLeg; readonly moves: readonly Move[] };

/** Looks for the corrections of legs that stand elsewhere; the others are left as they are. */
export async function withCorrections(
  tools: Pick<LedgerTools, "cloud" | "signal">,
  accounts: Accounts,
  legs: readonly SettledLeg[],
): Promise<readonly Corrected[]> {
  let open = new Map(
    legs.flatMap((settled) => (settled.misplaced === undefined ? [] : [[settled.leg.reference, settled]])),
  );
  const corrected = new Map<string, Corrected>();
  for (let number = 1; open.size > 0; number += 1) {
    const found = await correctionsOf(tools, [...open.keys()], number);
    const next = new Map<string, SettledLeg>();
    for (const [reference, settled] of open) {
      const own = found.filter((row) => row.reference.startsWith(`${reference}-corrected-`));
      const { misplaced, ...rest } = settled;
      const sides = own.reduce((now, row) => afterCorrection(accounts, now, row), misplaced ?? settled.leg);
      const inPlace = isInPlace(settled.leg, sides);
      const moved: SettledLeg = inPlace ? rest : { ...rest, misplaced: { from: sides.from, to: sides.to } };
      if (own.length > 0 && !inPlace) next.set(reference, moved);
      else corrected.set(reference, { settled: moved, moves: movesOf(moved, number) });
    }
    open = next;
  }
  return legs.map((settled) => corrected.get(settled.leg.reference) ?? { settled, moves: [] });
}

/** A leg that is to move nothing does so with any account on both sides. */
function isInPlace({ from, to }: Sides, now: Sides): boolean {
  if (from.role === to.role) return now.from.role === now.to.role;
  return now.from.role === from.role && now.to.role === to.role;
}

async function correctionsOf(
  tools: Pick<LedgerTools, "cloud" | "signal">,
  references: readonly string[],
  number: number,
): Promise<readonly Transaction[]> {
  const values = references.flatMap((reference) => [
    `${reference}-corrected-${number}`,
    `${reference}-corrected-${number}-to`,
  ]);
  return transactionsUnder(tools, values);
}

/** The ledger's transactions that have these references. */
export async function transactionsUnder(
  { cloud, signal }: Pick<LedgerTools, "cloud" | "signal">,
  references: readonly string[],
): Promise<readonly Transaction[]> {
  const rows: Transaction[] = [];
  const size = 100;
  for (let start = 0; start < references.length; start += size) {
    const filter = {
      field: "reference",
      operator: "in",
      values: references.slice(start, start + size),
    } as const;
    for await (const row of cloud.filters.transactions.iterate({ filters: [filter] }, { signal }))
      rows.push(row);
  }
  return rows;
}

type Sides = { readonly from: AccountKey; readonly to: AccountKey };

function afterCorrection(accounts: Accounts, sides: Sides, row: Transaction): Sides {
  const from = accounts.keyOf.get(row.source ?? "");
  const to = accounts.keyOf.get(row.destination ?? "");
  if (from === undefined || to === undefined) return sides;
  if (to.role === sides.from.role) return { ...sides, from };
  return from.role === sides.to.role ? { ...sides, to } : sides;
}

/**
 * Posts what a member approved. Done again, it finds what is there.
 *
 * @returns the corrections with the ids of their transactions
 * @throws AppError 409 `correction_refused` where the ledger did not take it, `moved_already` where what it would move
 * is not there any more
 */
export async function postCorrections(
  tools: LedgerTools,
  ledgerId: string,
  finding: KeptFindingJson,
  approvedBy: string | undefined,
): Promise<CorrectionJson[]> {
  const corrections = finding.corrections ?? [];
  const keys = corrections.flatMap(({ from, to, amount: { currency } }) => [
    keyNamed(from, currency),
    keyNamed(to, currency),
  ]);
  await refuseWhatIsGone(tools, ledgerId, corrections);
  const accounts = await ensureAccounts(tools, ledgerId, keys);
  const wanted = corrections.map((correction) =>
    transactionOf(tools.books, accounts, finding, correction, approvedBy),
  );
  const ensured = await tools.cloud.proxy.ensureTransactions(wanted, { signal: tools.signal });
  const refused = ensured.find(({ outcome }) => outcome === "refused");
  if (refused === undefined) {
    return corrections.map((correction, index) => ({ ...correction, ...transactionIn(ensured[index]) }));
  }
  throw new AppError({
    code: "correction_refused",
    status: 409,
    whatHappened: `The ledger refused the correcting transaction ${refused.reference}.`,
    whatToDo: "Nothing was moved. Look at the instance's log, then approve it again.",
  });
}

/** What was posted already, by a try whose answer was lost, is not looked for where it came from. */
async function refuseWhatIsGone(
  tools: LedgerTools,
  ledgerId: string,
  corrections: readonly CorrectionJson[],
): Promise<void> {
  const rows = await transactionsUnder(
    tools,
    corrections.map(({ reference }) => reference),
  );
  const posted = new Set(rows.map(({ reference }) => reference));
  const standing = corrections
    .filter(({ reference }) => !posted.has(reference))
    .flatMap(({ from, to, amount: { minor, currency } }) => {
      const sides = { from: keyNamed(from, currency), to: keyNamed(to, currency) };
      return standingOf({ ...sides, amount: BigInt(minor) }) ?? [];
    });
  if (standing.length === 0) return;
  const accounts = await loadAccounts(tools, ledgerId);
  for (const gone of notHeld(accounts, standing)) {
    const byHand = await movedByHand(tools, accounts, gone.account);
    if (isTakenByHand(gone.amount, heldBy(accounts, gone.account), byHand)) throw movedAlready(gone);
  }
}

function movedAlready({ account: { role, currency } }: Standing): AppError {
  return new AppError({
    code: "moved_already",
    status: 409,
    whatHappened: `Nothing was posted: “${accountName(role)}” in ${currency} does not hold what this would take from it, and somebody has moved money there by hand.`,
    whatToDo:
      "Look at that account's transactions. If this was moved already, acknowledge the finding; otherwise book it by hand too, then acknowledge it.",
  });
}

function transactionIn(ensured: EnsuredTransaction | undefined): Pick<CorrectionJson, "transaction_id"> {
  return ensured === undefined || ensured.outcome === "refused"
    ? {}
    : { transaction_id: ensured.transaction.transaction_id };
}

function transactionOf(
  books: LedgerTools["books"],
  accounts: Accounts,
  finding: KeptFindingJson,
  { reference, from, to, amount }: CorrectionJson,
  approvedBy: string | undefined,
): NewTransaction & { readonly reference: string } {
  const { currency } = amount;
  return {
    precise_amount: BigInt(amount.minor),
    precision: precisionOf(currency),
    currency,
    reference,
    description: `Correction: from “${from}” to “${to}”`,
    source: sideOf(accounts, keyNamed(from, currency)),
    destination: sideOf(accounts, keyNamed(to, currency)),
    allow_overdraft: true,
    meta_data: {
      stripe_sync: {
        corrects: finding.object_id ?? "",
        ...(finding.object_key === undefined ? {} : { object_key: finding.object_key }),
        ...books,
        ...(approvedBy === undefined ? {} : { approved_by: approvedBy }),
      },
    },
  };
}

const roleByName = new Map([...ledgerRoles, ...internalRoles].map((role) => [accountName(role), role]));

function keyNamed(name: string, currency: string): AccountKey {
  const role = roleByName.get(name);
  if (role === undefined) throw new Error(`There is no account "${name}".`);
  return { role, currency };
}
