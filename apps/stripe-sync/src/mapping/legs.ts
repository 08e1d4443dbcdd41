/**
 * From one balance transaction to the ledger's transactions: net, the parts of the fee, and the conversion as legs of
 * their own.
 *
 * Why two transactions and not one with two destinations: Core numbers the legs of a split in no fixed order
 * (`txn_…-1`, `txn_…-2`) and stores them one after the other, so after a crash in between nobody could tell which leg
 * is missing, and the reference of a leg would not say what it is. Two transactions with references that follow from
 * Stripe's id can be looked for, compared and completed one by one.
 *
 * The first leg has Stripe's id itself as `reference`, so that whoever has the id finds the money; the others have the
 * id and what they are: `-fee`, `-fee-application`, `-fee-tax`, `-converted`.
 */
import type { AccountKey, FeeRole } from "./accounts.ts";
import { conversionOf, isOfCustomer } from "./conversion.ts";
import { classify } from "./kinds.ts";
import type { Movement } from "./movement.ts";

export type LegRole = "net" | "fee" | "converted";

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

/** Thrown where Stripe's number could have been rounded already on its way here. */
export class AmountUnreadable extends Error {}

/** Thrown where Stripe does not say when it was: the day it is booked on would be a guess. */
export class TimeUnreadable extends Error {}

type Part = {
  readonly role: LegRole;
  readonly suffix: string;
  readonly account: AccountKey;
  readonly against: AccountKey;
  /** What `account` gains; negative where it loses. */
  readonly amount: bigint;
};

/**
 * The legs of a balance transaction; none where it moves nothing.
 *
 * Whatever its type, the net goes between the counterpart and the Stripe balance, each part of the fee between the
 * counterpart and its own account: money in is positive, and a fee given back is negative. So the Stripe balance grows
 * by `net`, the fees by `fee`, and the counterpart shrinks by `amount`. Where it is known what the customer paid in
 * another currency, the counterpart is the account of currency conversion, and a further leg books what was paid, in
 * that currency.
 *
 * @throws AmountsDisagree, AmountUnreadable, TimeUnreadable
 * @example
 * A charge of 100.00 with a fee of 3.20: pay-ins → Stripe balance 96.80 and pay-ins → fees 3.20.
 */
export function legsOf(movement: Movement): readonly Leg[] {
  const { id, currency } = movement;
  const unreadable = unreadableIn(movement);
  if (unreadable !== undefined)
    throw new AmountUnreadable(
      `The ${unreadable} of ${id} is no exact whole number, so it may have been rounded before it came here.`,
    );
  if (movement.timeUnreadable === true)
    throw new TimeUnreadable(`What Stripe sent as \`created\` of ${id} is no time, so it cannot be read.`);
  const net = BigInt(movement.net);
  const fee = BigInt(movement.fee);
  if (net !== BigInt(movement.amount) - fee) {
    throw new AmountsDisagree(`Stripe's amounts of ${id} do not add up: net is not amount minus fee.`);
  }
  const { counterpart, kind } = classify(movement);
  // Stripe reports the others apart from what is available and pending.
  const held = movement.balanceType === "payments" ? "clearing" : "other_balances";
  const conversion = conversionOf(movement);
  const isConverted = typeof conversion === "object";
  const against: AccountKey = { role: isConverted ? "conversion" : counterpart, currency };
  const parts: Part[] = [
    { role: "net", suffix: "", account: { role: held, currency }, against, amount: net },
    ...feePartsOf(movement, kind === "dispute" ? "dispute_fees" : "fees").map(({ role, suffix, amount }) => ({
      role: "fee" as const,
      suffix,
      account: { role, currency },
      against,
      amount,
    })),
  ];
  if (isConverted) {
    const { currency: paidIn, amount } = conversion;
    const sign = BigInt(movement.amount) < 0n ? -1n : 1n;
    parts.push({
      role: "converted",
      suffix: conversionSuffix,
      account: { role: "conversion", currency: paidIn },
      against: { role: counterpart, currency: paidIn },
      amount: sign * amount,
    });
  }
  return parts.filter(({ amount }) => amount !== 0n).map((part, index) => legOf(id, part, index));
}

const conversionSuffix = "-converted";

/** The reference of the leg that books what was paid in another currency: never the first leg. */
export function conversionReference(id: string): string {
  return `${id}${conversionSuffix}`;
}

function legOf(id: string, { role, suffix, account, against, amount }: Part, index: number): Leg {
  return {
    role,
    reference: index === 0 ? id : `${id}${suffix}`,
    from: amount > 0n ? against : account,
    to: amount > 0n ? account : against,
    amount: amount > 0n ? amount : -amount,
  };
}

type FeePart = { readonly role: FeeRole; readonly suffix: string; readonly amount: bigint };

/** The fee by what it is for. Where Stripe's details do not add up to it, or do not say, it is all of Stripe's. */
function feePartsOf({ fee, feeParts = {} }: Movement, own: FeeRole): readonly FeePart[] {
  const application = BigInt(feeParts.application ?? "0");
  const tax = BigInt(feeParts.tax ?? "0");
  return [
    { role: own, suffix: "-fee", amount: BigInt(fee) - application - tax },
    { role: "connect_fees", suffix: "-fee-application", amount: application },
    { role: "fee_taxes", suffix: "-fee-tax", amount: tax },
  ];
}

function unreadableIn(movement: Movement): string | undefined {
  if (movement.unreadable !== undefined) return movement.unreadable;
  const isUnknown = movement.presentedUnreadable === true && isOfCustomer(movement);
  return isUnknown ? "amount in the customer's currency" : undefined;
}
