/**
 * Whether a correction still has something to move. What this app did not know it put where a person looks at it, and a
 * person may have booked it from there by hand: moved once more, the same money would be booked twice.
 */
import type { Transaction } from "@annex/client";
import { type AccountKey, accountName } from "../mapping/accounts.ts";
import type { Movement } from "../mapping/movement.ts";
import { accountText, type HeldAccounts, heldBy, loadAccounts } from "./accounts.ts";
import type { SettledLeg } from "./comparing.ts";
import { findingId, type Reported } from "./findings.ts";
import { correctionJson, type Move, reclassifyFinding } from "./outcomes.ts";
import type { PostingTools } from "./posting.ts";
import type { SyncData } from "./register.ts";
import type { LedgerTools } from "./tools.ts";

/** What an account holds because of a leg that stands in it: negative where the leg took it from there. */
export type Standing = { readonly account: AccountKey; readonly amount: bigint };

/** What a move takes out of the account of what is to be looked at; undefined where it takes nothing from there. */
export function standingOf({ from, to, amount }: Pick<Move, "from" | "to" | "amount">): Standing | undefined {
  if (from.role === "suspense") return { account: from, amount };
  return to.role === "suspense" ? { account: to, amount: -amount } : undefined;
}

/** What an account does not hold, of all that is taken from it together: it would leave the opposite. Pure. */
export function notHeld(accounts: HeldAccounts, standing: readonly Standing[]): readonly Standing[] {
  const taken = new Map<string, Standing>();
  for (const { account, amount } of standing) {
    const before = taken.get(accountText(account))?.amount ?? 0n;
    taken.set(accountText(account), { account, amount: before + amount });
  }
  return [...taken.values()].filter(({ account, amount }) => !covers(heldBy(accounts, account), amount));
}

/** Whether `held` is as much as `amount`, on its side of zero. */
function covers(held: bigint, amount: bigint): boolean {
  if (amount === 0n) return true;
  return amount > 0n ? held >= amount : held <= amount;
}

/** Proposes what would put a balance transaction right. */
export type Propose = (
  movement: Movement,
  elsewhere: SettledLeg,
  moves: readonly Move[],
) => Promise<Reported>;

/** Looks once at what the accounts hold, for all that is proposed together. */
export function proposals(tools: PostingTools, data: SyncData): Propose {
  let looked: Promise<HeldAccounts> | undefined;
  return async (movement, elsewhere, moves) => {
    looked ??= loadAccounts(tools, tools.ledgerId);
    const accounts = await looked;
    const standing = moves.flatMap((move) => standingOf(move) ?? []);
    const unknown = findingId({ object_id: movement.id, code: "unknown_type" });
    const said = standing.length === 0 ? undefined : (await data.findings.get(unknown))?.reason;
    const [gone] = notHeld(accounts, standing);
    return {
      finding: reclassifyFinding(movement, elsewhere, moves, {
        ...(gone === undefined ? {} : { notIn: accountName(gone.account.role) }),
        ...(said === undefined ? {} : { said }),
      }),
      corrections: moves.map((move) => {
        const account = standingOf(move)?.account;
        return correctionJson(move, account === undefined ? undefined : heldBy(accounts, account));
      }),
    };
  };
}

/** What persons have put into an account and taken out of it, in minor units. */
export type ByHand = { readonly put: bigint; readonly taken: bigint };

/**
 * Whether a person may have taken already what an account does not hold: as much went out of it by hand, or it would
 * hold it but for that. Otherwise it is short because what this app put there nets out, and nobody took anything. Pure.
 */
export function isTakenByHand(amount: bigint, held: bigint, { put, taken }: ByHand): boolean {
  const went = amount > 0n ? taken : -put;
  return covers(went, amount) || covers(held - put + taken, amount);
}

/** By transactions that are none of this app's, as far as they moved anything. */
export async function movedByHand(
  { cloud, signal }: Pick<LedgerTools, "cloud" | "signal">,
  accounts: HeldAccounts,
  account: AccountKey,
): Promise<ByHand> {
  const values = [...accounts.keyOf].flatMap(([id, key]) =>
    accountText(key) === accountText(account) ? [id] : [],
  );
  const sumOf = async (field: "source" | "destination") => {
    let sum = 0n;
    if (values.length === 0) return sum;
    const filters = [{ field, operator: "in", values }] as const;
    for await (const row of cloud.filters.transactions.iterate({ filters }, { signal }))
      if (!isOwn(row) && row.status === "APPLIED") sum += row.precise_amount;
    return sum;
  };
  return { put: await sumOf("destination"), taken: await sumOf("source") };
}

function isOwn({ meta_data }: Transaction): boolean {
  return meta_data?.["stripe_sync"] !== undefined;
}
