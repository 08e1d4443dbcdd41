/** A payout, complete in every field of API version 2026-10-28.endive. */
import type { Stripe } from "stripe";

type PayoutFacts = {
  readonly id: string;
  readonly amount: number;
  readonly currency: string;
  readonly created: number;
  readonly movement: string;
};

export function payoutOf(facts: PayoutFacts): Stripe.Payout {
  return {
    id: facts.id,
    object: "payout",
    amount: facts.amount,
    application_fee: null,
    application_fee_amount: null,
    arrival_date: facts.created + 2 * 86_400,
    automatic: true,
    balance_transaction: facts.movement,
    created: facts.created,
    currency: facts.currency,
    description: "STRIPE PAYOUT",
    destination: `ba_1TeapotHouse${facts.currency.toUpperCase()}`,
    failure_balance_transaction: null,
    failure_code: null,
    failure_message: null,
    livemode: false,
    metadata: {},
    method: "standard",
    original_payout: null,
    payout_method: null,
    reconciliation_status: "in_progress",
    reversed_by: null,
    source_type: "card",
    statement_descriptor: null,
    status: "in_transit",
    trace_id: null,
    type: "bank_account",
  };
}
