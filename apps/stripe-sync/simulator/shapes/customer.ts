/** A customer, complete in every field of API version 2026-10-28.endive. */
import type { Stripe } from "stripe";

type CustomerFacts = {
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
