/** A refund, complete in every field of API version 2026-10-28.endive. */
import type { Stripe } from "stripe";

type RefundFacts = {
  readonly id: string;
  readonly charge: Stripe.Charge;
  readonly amount: number;
  readonly created: number;
  readonly movement: string;
};

export function refundOf(facts: RefundFacts): Stripe.Refund {
  return {
    id: facts.id,
    object: "refund",
    amount: facts.amount,
    balance_transaction: facts.movement,
    charge: facts.charge.id,
    created: facts.created,
    currency: facts.charge.currency,
    customer: facts.charge.customer,
    customer_account: null,
    destination_details: { type: "card", card: { type: "refund" } },
    metadata: {},
    payment_intent: null,
    payment_method: facts.charge.payment_method,
    reason: "requested_by_customer",
    receipt_number: null,
    source_transfer_reversal: null,
    status: "succeeded",
    transfer_reversal: null,
  };
}
