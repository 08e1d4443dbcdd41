/**
 * What a customer paid, or was paid back, in another currency than the one it settles in. Stripe says it of the source
 * only (a charge, a refund, a dispute), and a source may be more than one balance transaction moved: a charge that was
 * captured in parts, a dispute won in part, a fee corrected. So it counts where the exchange rate makes one of the
 * other. Where it does not, nobody knows what was converted, and the money is booked in the currency it settled in.
 */
import { decimalsOf, stripeCurrencies } from "../stripe/amounts.ts";
import { classify } from "./kinds.ts";
import type { Movement } from "./movement.ts";

export type Conversion =
  /** Nothing was paid in another currency. */
  | "none"
  /** Something was, and Stripe does not say how much of it this is. */
  | "unknown"
  /** Minor units; positive. */
  | { readonly currency: string; readonly amount: bigint };

const ofCustomers: ReadonlySet<string> = new Set(["charge", "refund", "dispute"]);

/** Whether a customer paid it, or was paid it back, so that the source's currency is the one he paid in. */
export function isOfCustomer(movement: Movement): boolean {
  return ofCustomers.has(classify(movement).kind);
}

/**
 * Pure.
 *
 * @example
 * ```ts
 * // CHF 100.00 captured in two parts, at 1.07: the second was EUR 42.80.
 * conversionOf({ ...second, presented: { currency: "CHF", amount: "10000" }, exchangeRate: "1.07" }); // "unknown"
 * ```
 */
export function conversionOf(movement: Movement): Conversion {
  const { presented } = movement;
  if (presented === undefined || !isOfCustomer(movement)) return "none";
  const { currency } = presented;
  const amount = BigInt(presented.amount);
  return isConverted(movement, currency, amount) ? { currency, amount } : "unknown";
}

/** As `movement`, with what the ledger or an earlier reading has of it, where only that fits: a source changes later. */
export function withKnown(movement: Movement, presented: Movement["presented"]): Movement {
  if (presented === undefined || !isOfCustomer(movement)) return movement;
  const { presentedUnreadable: _unreadable, ...rest } = movement;
  const known = { ...rest, presented };
  const isUncertain = movement.presentedUnreadable === true || conversionOf(movement) === "unknown";
  return isUncertain && conversionOf(known) !== "unknown" ? known : movement;
}

/**
 * Whether what was paid comes to what was settled, as far as the digits tell that are written: both amounts may have
 * been rounded to whole units, and the rate to its last digit.
 */
function isConverted(
  { amount: text, exchangeRate, currency }: Movement,
  paidIn: string,
  paid: bigint,
): boolean {
  // Of a currency without known decimals nothing is posted, which says so.
  if (![currency, paidIn].every((code) => stripeCurrencies.includes(code))) return true;
  const rate = rateOf(exchangeRate);
  if (rate === undefined) return false;
  const settled = BigInt(text) < 0n ? -BigInt(text) : BigInt(text);
  const more = decimalsOf(currency) - decimalsOf(paidIn);
  // Between currencies of different decimals a rate may be meant between minor units or between major ones.
  return [0, more].some((decimals) => {
    const factor = 10n ** BigInt(Math.max(decimals, 0));
    // Twice each, since what was paid may be half a unit more or less.
    const least = (2n * paid - 1n) * rate.least * factor;
    const most = (2n * paid + 1n) * rate.most * factor;
    const unit = 2n * rate.denominator * 10n ** BigInt(Math.max(-decimals, 0));
    return least <= (settled + 1n) * unit && (settled - 1n) * unit <= most;
  });
}

/** Between what a rate may lie, as fractions of whole numbers. */
type Rate = { readonly least: bigint; readonly most: bigint; readonly denominator: bigint };

/** `1.07` is 107 / 100, and `7e-7` is 7 / 10,000,000. */
function rateOf(text: string | undefined): Rate | undefined {
  const [, whole = "", part = "", power = "0"] =
    /^(\d+)(?:\.(\d+))?(?:e([+-]?\d{1,2}))?$/.exec(text ?? "") ?? [];
  if (whole === "") return undefined;
  const decimals = part.length - Number(power);
  // So that half of the last digit, half of the sixth decimal and one in a hundred are whole numbers.
  const finer = 10n ** BigInt(2 + Math.max(0, 6 - decimals));
  const lastDigit = finer * 10n ** BigInt(Math.max(-decimals, 0));
  const rate = BigInt(whole + part) * lastDigit;
  const denominator = finer * 10n ** BigInt(Math.max(decimals, 0));
  const open = leftOpen(rate, lastDigit, denominator);
  return { least: rate - open, most: rate + open, denominator };
}

/**
 * What the digits of a rate leave open: half of the last one. A number loses the zeros at its end, though, and is then
 * more exact than it looks: `1` is no rate of anything between a half and one and a half. So it is one in a hundred at
 * most, or half of the sixth decimal where a rate as small as `0.000012` leaves open more.
 */
function leftOpen(rate: bigint, lastDigit: bigint, denominator: bigint): bigint {
  const half = lastDigit / 2n;
  const atMost = larger(rate / 100n, denominator / 2_000_000n);
  return half < atMost ? half : atMost;
}

function larger(one: bigint, other: bigint): bigint {
  return one > other ? one : other;
}
