/** A customer of Stripe's as an identity of the ledger. */
import { createHash } from "node:crypto";
import type { NewIdentity } from "@annex/client";
import type { Stripe } from "stripe";
import type { Books } from "./books.ts";

/** Any fixed UUID: it makes the names below ours. */
const namespace = "5d3c1a52-6f0e-5c0c-9a55-8a3f2f5b7e21";

/**
 * The identity id of a customer: a name-based UUID (version 5) of Stripe's id. The same customer has the same id for
 * ever, so however often a run is interrupted or repeated, there is one identity.
 *
 * @example
 * ```ts
 * identityIdOf("cus_T1") === identityIdOf("cus_T1"); // true: "idt_" and a UUID
 * ```
 */
export function identityIdOf(customerId: string): string {
  const bytes = createHash("sha1")
    .update(Buffer.from(namespace.replaceAll("-", ""), "hex"))
    .update(customerId)
    .digest()
    .subarray(0, 16);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x50, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = bytes.toString("hex");
  const parts = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)];
  return `idt_${parts.join("-")}`;
}

/** The fields of an identity that come from Stripe. Empty ones are left out, since the ledger could not clear them. */
export type CustomerFields = Pick<
  NewIdentity,
  | "first_name"
  | "last_name"
  | "email_address"
  | "phone_number"
  | "street"
  | "city"
  | "state"
  | "post_code"
  | "country"
>;

export function customerFields(customer: Stripe.Customer): CustomerFields {
  const [firstName, lastName] = splitName(customer.name ?? "");
  const address = customer.address ?? undefined;
  const fields = {
    first_name: firstName,
    last_name: lastName,
    email_address: customer.email,
    phone_number: customer.phone,
    street: [address?.line1, address?.line2].filter(Boolean).join(", "),
    city: address?.city,
    state: address?.state,
    post_code: address?.postal_code,
    country: address?.country,
  };
  return Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== undefined && value !== null && value !== ""),
  );
}

/** Stripe has one field for a name. The first word goes first, the rest last; nothing is lost either way. */
function splitName(name: string): readonly [first: string, last: string] {
  const [first = "", ...rest] = name.trim().split(/\s+/);
  return [first, rest.join(" ")];
}

/**
 * Changes whenever what Stripe says of the customer does. Kept by the app, never in the ledger: beside tokenized
 * fields it would let a guess be confirmed.
 */
export function fieldsFingerprint(fields: CustomerFields): string {
  const ordered = Object.entries(fields).sort(([one], [other]) => (one < other ? -1 : 1));
  return createHash("sha256").update(JSON.stringify(ordered)).digest("base64url").slice(0, 22);
}

/** The identity to create for a customer. */
export function identityOf(
  customer: Stripe.Customer,
  books: Books,
): NewIdentity & { readonly identity_id: string } {
  return {
    ...customerFields(customer),
    identity_id: identityIdOf(customer.id),
    identity_type: "individual",
    category: "customer",
    meta_data: customerMetadata(customer.id, books),
  };
}

/** This app's own part of an identity's metadata. */
export function customerMetadata(customerId: string, { account, mode }: Books) {
  return { stripe_sync: { customer: customerId, account, mode } };
}
