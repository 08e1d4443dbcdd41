/**
 * From one balance transaction to the ledger's transactions: net and fee as separate legs.
 *
 * Why two transactions and not one with two destinations: Core numbers the legs of a split in no fixed order
 * (`txn_…-1`, `txn_…-2`) and stores them one after the other, so after a crash in between nobody could tell which leg
 * is missing, and the reference of a leg would not say what it is. Two transactions with references that follow from
 * Stripe's id can be looked for, compared and completed one by one.
 *
 * The first leg has Stripe's id itself as `reference`, so that whoever has the id finds the money; a second leg has
 * the id and `-fee`.
 */
import type { AccountKey } from "./accounts.ts";
import { classify } from "./kinds.ts";
import type { Movement } from "./movement.ts";

export type LegRole = "net" | "fee";

export type Leg = {
  readonly role: LegRole;
  readonly reference: string;
  readonly from: AccountKey;
  readonly to: AccountKey;
  /** Minor units, always positive: the direction is in `from` and `to`. */
  readonly amount: bigint;
};

/** Thrown where `net` is not `amount - fee`: posting either would be a guess. */
export class AmountsDisagree extends Error {}

/**
 * The legs of a balance transaction; none where it moves nothing.
 *
 * Whatever its type, the net goes between the counterpart and the Stripe balance, the fee between the counterpart and
 * the fees: money in is positive, and a fee given back is negative. So the Stripe balance grows by `net`, the fees
 * by `fee`, and the counterpart shrinks by `amount`.
 *
 * @throws AmountsDisagree
 * @example
 * A charge of 100.00 with a fee of 3.20: pay-ins → Stripe balance 96.80 and pay-ins → fees 3.20.
 */
export function legsOf(movement: Movement): readonly Leg[] {
  const net = BigInt(movement.net);
  const fee = BigInt(movement.fee);
  if (net !== BigInt(movement.amount) - fee) {
    throw new AmountsDisagree(
      `Stripe's amounts of ${movement.id} do not add up: net is not amount minus fee.`,
    );
  }
  const { currency } = movement;
  // Stripe reports the others apart from what is available and pending.
  const held = movement.balanceType === "payments" ? "clearing" : "other_balances";
  const counterpart: AccountKey = { role: classify(movement).counterpart, currency };
  const parts = [
    { role: "net", account: { role: held, currency }, amount: net },
    { role: "fee", account: { role: "fees", currency }, amount: fee },
  ] as const;
  return parts
    .filter(({ amount }) => amount !== 0n)
    .map(({ role, account, amount }, index) => ({
      role,
      reference: index === 0 ? movement.id : `${movement.id}-fee`,
      from: amount > 0n ? counterpart : account,
      to: amount > 0n ? account : counterpart,
      amount: amount > 0n ? amount : -amount,
    }));
}
