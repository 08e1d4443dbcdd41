/** A balance transaction of Stripe's, reduced to what posting it needs. Plain JSON: it is kept between the steps of a run. */
import type { Stripe } from "stripe";
import { exactAmount } from "../stripe/amounts.ts";
import { storable } from "./texts.ts";

export type Movement = {
  /** `txn_…`, Stripe's id of the balance transaction. */
  readonly id: string;
  /** Empty where Stripe named none. */
  readonly type: string;
  readonly reportingCategory: string;
  /** Which of Stripe's balances it moves: `payments` nearly always. */
  readonly balanceType: string;
  /** Upper case; empty where Stripe named none. */
  readonly currency: string;
  /** Whole minor units as text, signed as Stripe signs them. */
  readonly amount: string;
  readonly fee: string;
  readonly net: string;
  /** Which of the amounts cannot be trusted to be exact; all three are "0" then. */
  readonly unreadable?: "amount" | "fee" | "net";
  /** When it came to be cannot be told; `created` is 0 then. */
  readonly timeUnreadable?: boolean;
  /** The parts of the fee that are not Stripe's own. */
  readonly feeParts?: { readonly application?: string; readonly tax?: string };
  /** What the source says was paid, refunded or disputed in another currency; positive, and perhaps more than this. */
  readonly presented?: { readonly currency: string; readonly amount: string };
  /** What was paid in that other currency cannot be trusted to be exact. */
  readonly presentedUnreadable?: boolean;
  /** Seconds since 1970. */
  readonly created: number;
  readonly availableOn: number;
  readonly description?: string;
  readonly exchangeRate?: string;
  /** `ch_…`, `re_…`, `du_…`, `po_…`: what the money moved for. */
  readonly sourceId?: string;
  readonly chargeId?: string;
  readonly customerId?: string;
  /** Of a dispute, at the time of reading. */
  readonly disputeStatus?: string;
};

type Source = Exclude<Stripe.BalanceTransaction["source"], string | null>;

/**
 * Reads a balance transaction whose `source` was expanded (an id alone is fine, and tells less). An amount that is no
 * exact whole number makes it unreadable, and stops nothing else. Nor does anything else that is not of the kind that
 * Stripe describes: what is only said of the money is left out then.
 */
export function readMovement(transaction: Stripe.BalanceTransaction): Movement {
  const created = createdOf(transaction);
  const { available_on: availableOn } = transaction;
  return {
    id: transaction.id,
    type: textOf(transaction.type) ?? "",
    reportingCategory: textOf(transaction.reporting_category) ?? "",
    balanceType: balanceTypeOf(transaction),
    currency: currencyOf(transaction),
    ...readAmounts(transaction),
    created,
    ...(isTime(transaction.created) ? {} : { timeUnreadable: true }),
    availableOn: isTime(availableOn) ? availableOn : created,
    ...given("description", textOf(transaction.description)),
    ...given("exchangeRate", rateIn(transaction)),
    ...readSource(transaction),
  };
}

/** Nothing where it says nothing, or what is no text. */
function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? storable(value) : undefined;
}

function rateIn({ exchange_rate: rate }: Stripe.BalanceTransaction): string | undefined {
  return typeof rate === "number" || typeof rate === "string" ? `${rate}` : undefined;
}

/** The last second that a date can be made of. */
const lastSecond = 8_640_000_000_000;

/** Whether it is a time as Stripe writes it: whole seconds since 1970. */
export function isTime(value: unknown): value is number {
  return isExact(value) && value >= 0 && value <= lastSecond;
}

/** In seconds since 1970; 0 where it cannot be told. */
export function createdOf({ created }: { readonly created?: unknown }): number {
  return isTime(created) ? created : 0;
}

/** In upper case; empty where there is none, which no table of currencies has. */
export function currencyOf({ currency }: { readonly currency?: unknown }): string {
  return typeof currency === "string" ? currency.toUpperCase() : "";
}

/** What Stripe says nothing of is what it says of nearly all. */
export function balanceTypeOf({
  balance_type: type,
}: Pick<Stripe.BalanceTransaction, "balance_type">): string {
  return textOf(type) ?? "payments";
}

function readAmounts(
  transaction: Stripe.BalanceTransaction,
): Pick<Movement, "amount" | "fee" | "net" | "unreadable" | "feeParts"> {
  const unreadable = (["amount", "fee", "net"] as const).find((name) => !isExact(transaction[name]));
  if (unreadable !== undefined) return { amount: "0", fee: "0", net: "0", unreadable };
  const { amount, fee, net } = transaction;
  return {
    amount: `${exactAmount(amount)}`,
    fee: `${exactAmount(fee)}`,
    net: `${exactAmount(net)}`,
    ...feeParts(transaction),
  };
}

/** What it moved, in minor units; undefined where an amount cannot be read, or they contradict each other. */
export function netOf(transaction: Stripe.BalanceTransaction): bigint | undefined {
  const { amount, fee, net, unreadable } = readAmounts(transaction);
  const isKnown = unreadable === undefined && BigInt(net) === BigInt(amount) - BigInt(fee);
  return isKnown ? BigInt(net) : undefined;
}

/** Whether a number out of Stripe's JSON is what Stripe wrote: a double holds no larger whole number for certain. */
export function isExact(amount: unknown): amount is number {
  return Number.isSafeInteger(amount);
}

function feeParts({ fee, fee_details }: Stripe.BalanceTransaction): Pick<Movement, "feeParts"> {
  const details = Array.isArray(fee_details) ? fee_details : [];
  if (!details.every((detail) => isExact(detail?.amount))) return {};
  const sumOf = (wanted: (type: string) => boolean) =>
    details.filter(({ type }) => wanted(type)).reduce((sum, { amount }) => sum + exactAmount(amount), 0n);
  if (sumOf(() => true) !== exactAmount(fee)) return {};
  const application = sumOf((type) => type === "application_fee");
  const tax = sumOf((type) => type === "tax" || type === "withheld_tax");
  const parts = {
    ...given("application", application === 0n ? undefined : `${application}`),
    ...given("tax", tax === 0n ? undefined : `${tax}`),
  };
  return Object.keys(parts).length === 0 ? {} : { feeParts: parts };
}

function readSource(transaction: Stripe.BalanceTransaction): Partial<Movement> {
  const { source } = transaction;
  if (source === null || source === undefined) return {};
  if (typeof source === "string") return { sourceId: source };
  return {
    sourceId: source.id,
    ...given("chargeId", source.object === "charge" ? source.id : idIn(source, "charge")),
    ...given("customerId", idIn(source, "customer")),
    ...(source.object === "dispute" ? given("disputeStatus", textOf(source.status)) : {}),
    ...presentedIn(source, transaction),
  };
}

const paidByCustomers = new Set(["charge", "refund", "dispute"]);

/** Only where the customer's currency is another one; how much of it this is, `conversion.ts` decides. */
function presentedIn(source: Source, { currency, amount }: Stripe.BalanceTransaction): Partial<Movement> {
  if (!paidByCustomers.has(source.object) || amount === 0) return {};
  const paid = source as { readonly currency?: unknown; readonly amount?: unknown };
  if (typeof paid.currency !== "string" || paid.currency === currency) return {};
  const paidAmount = capturedOf(source) ?? paid.amount;
  if (paidAmount === undefined) return {};
  if (!isExact(paidAmount)) return { presentedUnreadable: true };
  const exact = exactAmount(Math.abs(paidAmount));
  return { presented: { currency: currencyOf(paid), amount: `${exact}` } };
}

/** Of a charge that was authorized for more than was taken, only that was paid. */
function capturedOf(source: Source): unknown {
  if (source.object !== "charge") return undefined;
  return source.amount_captured === 0 ? undefined : source.amount_captured;
}

/** The id in a field that holds an id or an expanded object; most kinds of source have no such field. */
function idIn(source: object, field: string): string | undefined {
  const value = (source as Readonly<Record<string, unknown>>)[field];
  if (typeof value === "string") return value;
  if (typeof value !== "object" || value === null || !("id" in value)) return undefined;
  return typeof value.id === "string" ? value.id : undefined;
}

function given<Key extends string>(key: Key, value: string | undefined): { [K in Key]?: string } {
  return value === undefined || value === "" ? {} : ({ [key]: value } as { [K in Key]: string });
}
