/** A balance transaction, complete in every field of API version 2026-10-28.endive. */
import type { Stripe } from "stripe";

/** A balance transaction as served; `type` may be one that the package's declarations do not know yet. */
export type Movement = Stripe.BalanceTransaction;

export type MovementFacts = {
  readonly id: string;
  readonly amount: number;
  readonly fee: number;
  readonly currency: string;
  readonly created: number;
  readonly availableOn: number;
  readonly type: string;
  readonly reportingCategory: string;
  readonly source: string | null;
  readonly description: string | null;
  readonly exchangeRate?: number;
  readonly feeDescription?: string;
  /** How the fee is split; Stripe's alone unless given. */
  readonly feeParts?: readonly FeePart[];
};

/** A part of a fee: `stripe_fee`, `application_fee`, `tax`, … */
export type FeePart = { readonly type: string; readonly amount: number };

export function movementOf(facts: MovementFacts): Movement {
  return {
    id: facts.id,
    object: "balance_transaction",
    amount: facts.amount,
    available_on: facts.availableOn,
    balance_type: "payments",
    created: facts.created,
    currency: facts.currency,
    description: facts.description,
    exchange_rate: facts.exchangeRate ?? null,
    fee: facts.fee,
    fee_details: feeDetails(facts),
    net: facts.amount - facts.fee,
    reporting_category: facts.reportingCategory,
    source: facts.source,
    status: "pending",
    type: facts.type,
  };
}

function feeDetails(facts: MovementFacts): Movement["fee_details"] {
  if (facts.fee === 0) return [];
  if (facts.feeParts !== undefined) {
    return facts.feeParts.map(({ type, amount }) => {
      const application = type === "application_fee" ? "ca_TeapotMarket" : null;
      return { amount, application, currency: facts.currency, description: type, type };
    });
  }
  const description = facts.feeDescription ?? "Stripe processing fees";
  return [
    { amount: facts.fee, application: null, currency: facts.currency, description, type: "stripe_fee" },
  ];
}
