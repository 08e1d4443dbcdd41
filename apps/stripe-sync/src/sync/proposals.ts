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

/** The first of them that its account does not hold: taken from there, it would leave the opposite. Pure. */
export function notHeld(accounts: HeldAccounts, standing: readonly Standing[]): Standing | undefined {
  const held = new Map<string, bigint>();
  return standing.find(({ account, amount }) => {
    const before = held.get(accountText(account)) ?? heldBy(accounts, account);
    held.set(accountText(account), before - amount);
    return amount > 0n ? before < amount : before > amount;
  });
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
    const gone = notHeld(accounts, standing);
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

/** Whether a person has moved money in or out of an account: it has transactions that are none of this app's. */
export async function isMovedByHand(
  { cloud, signal }: Pick<LedgerTools, "cloud" | "signal">,
  accounts: HeldAccounts,
  account: AccountKey,
): Promise<boolean> {
  const ids = [...accounts.keyOf].flatMap(([id, key]) =>
    accountText(key) === accountText(account) ? [id] : [],
  );
  if (ids.length === 0) return false;
  for (const field of ["source", "destination"] as const) {
    const filters = [{ field, operator: "in", values: ids }] as const;
    for await (const row of cloud.filters.transactions.iterate({ filters }, { signal }))
      if (!isOwn(row)) return true;
  }
  return false;
}

function isOwn({ meta_data }: Transaction): boolean {
  return meta_data?.["stripe_sync"] !== undefined;
}
