/** A charge, paid or declined, complete in every field of API version 2026-10-28.endive. */
import type { Stripe } from "stripe";

type ChargeFacts = {
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
