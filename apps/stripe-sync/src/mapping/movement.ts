/** A balance transaction of Stripe's, reduced to what posting it needs. Plain JSON: it is kept between the steps of a run. */
import type { Stripe } from "stripe";
import { exactAmount } from "../stripe/amounts.ts";

export type Movement = {
  /** `txn_…`, Stripe's id of the balance transaction. */
  readonly id: string;
  readonly type: string;
  readonly reportingCategory: string;
  /** Which of Stripe's balances it moves: `payments` nearly always. */
  readonly balanceType: string;
  /** Upper case. */
  readonly currency: string;
  /** Whole minor units as text, signed as Stripe signs them. */
  readonly amount: string;
  readonly fee: string;
  readonly net: string;
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
 * Reads a balance transaction whose `source` was expanded (an id alone is fine, and tells less).
 *
 * @throws RangeError where an amount is no exact whole number.
 */
export function readMovement(transaction: Stripe.BalanceTransaction): Movement {
  return {
    id: transaction.id,
    type: transaction.type,
    reportingCategory: transaction.reporting_category,
    balanceType: transaction.balance_type,
    currency: transaction.currency.toUpperCase(),
    amount: exactAmount(transaction.amount).toString(),
    fee: exactAmount(transaction.fee).toString(),
    net: exactAmount(transaction.net).toString(),
    created: transaction.created,
    availableOn: transaction.available_on,
    ...given("description", transaction.description ?? undefined),
    ...given("exchangeRate", transaction.exchange_rate?.toString()),
    ...readSource(transaction.source),
  };
}

function readSource(source: string | Source | null): Partial<Movement> {
  if (source === null) return {};
  if (typeof source === "string") return { sourceId: source };
  return {
    sourceId: source.id,
    ...given("chargeId", source.object === "charge" ? source.id : idIn(source, "charge")),
    ...given("customerId", idIn(source, "customer")),
    ...(source.object === "dispute" ? { disputeStatus: source.status } : {}),
  };
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
