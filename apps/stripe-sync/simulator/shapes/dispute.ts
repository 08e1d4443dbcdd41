/** A dispute, complete in every field of API version 2026-10-28.endive. */
import type { Stripe } from "stripe";
import type { Movement } from "./movement.ts";

type DisputeFacts = {
  readonly id: string;
  readonly charge: Stripe.Charge;
  readonly created: number;
  readonly movement: Movement;
};

export function disputeOf(facts: DisputeFacts): Stripe.Dispute {
  return {
    id: facts.id,
    object: "dispute",
    amount: facts.charge.amount_captured,
    balance_transactions: [facts.movement],
    charge: facts.charge.id,
    created: facts.created,
    currency: facts.charge.currency,
    enhanced_eligibility_types: [],
    evidence: noEvidence(),
    evidence_details: {
      due_by: facts.created + 9 * 86_400,
      enhanced_eligibility: {},
      has_evidence: false,
      past_due: false,
      submission_count: 0,
      submission_method: "not_submitted",
    },
    intended_submission_method: null,
    is_charge_refundable: false,
    livemode: false,
    metadata: {},
    network_reason_code: "10.4",
    payment_intent: null,
    payment_method_details: {
      type: "card",
      card: { brand: "visa", case_type: "chargeback", network: "visa", network_reason_code: "10.4" },
    },
    reason: "fraudulent",
    status: "needs_response",
  };
}

function noEvidence(): Stripe.Dispute["evidence"] {
  return {
    access_activity_log: null,
    billing_address: null,
    cancellation_policy: null,
    cancellation_policy_disclosure: null,
    cancellation_rebuttal: null,
    customer_communication: null,
    customer_email_address: null,
    customer_name: null,
    customer_purchase_ip: null,
    customer_signature: null,
    duplicate_charge_documentation: null,
    duplicate_charge_explanation: null,
    duplicate_charge_id: null,
    enhanced_evidence: {},
    product_description: null,
    receipt: null,
    refund_policy: null,
    refund_policy_disclosure: null,
    refund_refusal_explanation: null,
    service_date: null,
    service_documentation: null,
    shipping_address: null,
    shipping_carrier: null,
    shipping_date: null,
    shipping_documentation: null,
    shipping_tracking_number: null,
    uncategorized_file: null,
    uncategorized_text: null,
  };
}
