/**
 * Stripe's objects, complete in every field of API version 2026-10-28.endive, from the few facts that differ. The
 * types are those of the official package, so a field that is missing or misspelt does not compile.
 */
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
};

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
  const description = facts.feeDescription ?? "Stripe processing fees";
  return [
    { amount: facts.fee, application: null, currency: facts.currency, description, type: "stripe_fee" },
  ];
}

export type CustomerFacts = {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly country: string;
  readonly currency: string;
  readonly created: number;
};

export function customerOf(facts: CustomerFacts): Stripe.Customer {
  return {
    id: facts.id,
    object: "customer",
    address: addressIn(facts.country),
    balance: 0,
    created: facts.created,
    currency: facts.currency,
    default_source: null,
    delinquent: false,
    description: null,
    discount: null,
    email: facts.email,
    invoice_prefix: facts.id.slice(-8).toUpperCase(),
    invoice_settings: {
      custom_fields: null,
      default_payment_method: null,
      footer: null,
      rendering_options: null,
    },
    livemode: false,
    metadata: {},
    name: facts.name,
    next_invoice_sequence: 1,
    phone: null,
    preferred_locales: [],
    shipping: null,
    tax_exempt: "none",
    test_clock: null,
  };
}

function addressIn(country: string): Stripe.Address {
  return { city: null, country, line1: null, line2: null, postal_code: null, state: null };
}

export type ChargeFacts = {
  readonly id: string;
  readonly amount: number;
  readonly currency: string;
  readonly created: number;
  readonly customer: Stripe.Customer | undefined;
  readonly description: string;
  /** Absent for a payment that was declined: it moves no money. */
  readonly movement: string | undefined;
  readonly bankDebit: boolean;
  readonly last4: string;
};

export function chargeOf(facts: ChargeFacts): Stripe.Charge {
  const paid = facts.movement !== undefined;
  return {
    id: facts.id,
    object: "charge",
    amount: facts.amount,
    amount_captured: paid ? facts.amount : 0,
    amount_refunded: 0,
    application: null,
    application_fee: null,
    application_fee_amount: null,
    balance_transaction: facts.movement ?? null,
    billing_details: billingDetails(facts.customer),
    calculated_statement_descriptor: "TEAPOT HOUSE",
    captured: paid,
    created: facts.created,
    currency: facts.currency,
    customer: facts.customer?.id ?? null,
    description: facts.description,
    disputed: false,
    failure_balance_transaction: null,
    failure_code: paid ? null : "card_declined",
    failure_message: paid ? null : "Your card was declined.",
    fraud_details: {},
    livemode: false,
    metadata: {},
    on_behalf_of: null,
    outcome: outcomeOf(paid),
    paid,
    payment_intent: null,
    payment_method: `pm_${facts.id.slice(3)}`,
    payment_method_details: facts.bankDebit ? bankDebit(facts.last4) : card(facts.last4),
    receipt_email: facts.customer?.email ?? null,
    receipt_number: null,
    receipt_url: null,
    refunded: false,
    review: null,
    shipping: null,
    source: null,
    source_transfer: null,
    statement_descriptor: null,
    statement_descriptor_suffix: null,
    status: paid ? "succeeded" : "failed",
    transfer_data: null,
    transfer_group: null,
  };
}

function billingDetails(customer: Stripe.Customer | undefined): Stripe.Charge["billing_details"] {
  const { address, email, name } = customer ?? {};
  return { address: address ?? null, email: email ?? null, name: name ?? null, phone: null, tax_id: null };
}

function outcomeOf(paid: boolean): Stripe.Charge["outcome"] {
  return {
    advice_code: paid ? null : "try_again_later",
    network_advice_code: null,
    network_decline_code: paid ? null : "05",
    network_status: paid ? "approved_by_network" : "declined_by_network",
    reason: paid ? null : "generic_decline",
    risk_level: "normal",
    seller_message: paid
      ? "Payment complete."
      : "The bank did not return any further details with this decline.",
    type: paid ? "authorized" : "issuer_declined",
  };
}

function card(last4: string): Stripe.Charge["payment_method_details"] {
  return {
    type: "card",
    card: {
      amount_authorized: null,
      authorization_code: null,
      brand: "visa",
      checks: { address_line1_check: null, address_postal_code_check: null, cvc_check: "pass" },
      country: "US",
      electronic_commerce_indicator: null,
      exp_month: 8,
      exp_year: 2030,
      fingerprint: `fp${last4}`,
      funding: "credit",
      installments: null,
      last4,
      mandate: null,
      network: "visa",
      network_transaction_id: null,
      regulated_status: "unregulated",
      three_d_secure: null,
      transaction_link_id: null,
      wallet: null,
    },
  };
}

function bankDebit(last4: string): Stripe.Charge["payment_method_details"] {
  return {
    type: "sepa_debit",
    sepa_debit: {
      bank_code: "37040044",
      branch_code: "",
      country: "DE",
      fingerprint: `fp${last4}`,
      last4,
      mandate: null,
    },
  };
}

export type RefundFacts = {
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

export type DisputeFacts = {
  readonly id: string;
  readonly charge: Stripe.Charge;
  readonly created: number;
  readonly movement: Movement;
};

export function disputeOf(facts: DisputeFacts): Stripe.Dispute {
  return {
    id: facts.id,
    object: "dispute",
    amount: facts.charge.amount,
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

export type PayoutFacts = {
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
