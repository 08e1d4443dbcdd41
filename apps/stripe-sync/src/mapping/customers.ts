/** A customer of Stripe's as an identity of the ledger. */
import { createHash } from "node:crypto";
import type { Identity, NewIdentity } from "@annex/client";
import type { Stripe } from "stripe";
import { type Books, booksName } from "./books.ts";
import { createdOf, isTime } from "./movement.ts";
import { storable } from "./texts.ts";

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

/** A customer as it can be worked with: a field of the wrong shape is empty, and the first of them is named. */
export type ReadCustomer = { readonly customer: Stripe.Customer; readonly unreadable?: string };

const texts = ["name", "email", "phone"] as const;
const addressTexts = ["line1", "line2", "city", "state", "postal_code", "country"] as const;

/**
 * Reads what Stripe sent of a customer.
 *
 * @example
 * ```ts
 * readCustomer({ ...customer, email: { address: "a@example.com" } }).unreadable; // "email"
 * ```
 */
export function readCustomer(customer: Stripe.Customer): ReadCustomer {
  const { created, address } = customer;
  const addressIsReadable = isNothing(address) || (typeof address === "object" && !Array.isArray(address));
  const wrongTexts = texts.filter((name) => !isText(customer[name]));
  const wrongLines = addressIsReadable ? addressTexts.filter((name) => !isText(address?.[name])) : [];
  const [unreadable] = [
    ...(isTime(created) ? [] : ["created"]),
    ...wrongTexts,
    ...(addressIsReadable ? [] : ["address"]),
    ...wrongLines.map((name) => `address.${name}`),
  ];
  if (unreadable === undefined) return { customer };
  const none = { ...Object.fromEntries(wrongTexts.map((name) => [name, null])), address: null };
  return { customer: { ...customer, ...none, created: createdOf(customer) }, unreadable };
}

function isNothing(value: unknown): value is null | undefined {
  return value === null || value === undefined;
}

function isText(value: unknown): boolean {
  return isNothing(value) || typeof value === "string";
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
  const kept = Object.entries(fields).map(([name, value]) => [name, storable(value ?? "")] as const);
  return Object.fromEntries(kept.filter(([, value]) => value !== ""));
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
    meta_data: customerMetadata(undefined, customer.id, books),
  };
}

type Metadata = NonNullable<Identity["meta_data"]>;
type Value = Metadata[string];

/**
 * This app's own part of an identity's metadata, with the customer that it is in these books. The same person may be
 * a customer of several accounts, and of test data too: what it is in other books stays.
 */
export function customerMetadata(
  existing: Identity["meta_data"],
  customerId: string,
  books: Books,
): Metadata {
  const own = ownIn(existing);
  return {
    stripe_sync: { ...own, customers: { ...recordIn(own["customers"]), [booksName(books)]: customerId } },
  };
}

/** Where an identity's metadata names the customer of these books, as a filter names it. */
export function customerField(books: Books): string {
  return `meta_data.stripe_sync.customers.${booksName(books)}`;
}

/** … and where earlier versions wrote it, with the account and the mode beside it. A person may leave those out. */
export const earlierCustomerField = "meta_data.stripe_sync.customer";

/** The customer of these books that an identity is tied to. */
export function customerIn({ meta_data }: Pick<Identity, "meta_data">, books: Books): string | undefined {
  const { customers, customer, account = books.account, mode = books.mode } = ownIn(meta_data);
  const tied = recordIn(customers)[booksName(books)];
  if (typeof tied === "string") return tied;
  const isOfThese = account === books.account && mode === books.mode;
  return isOfThese && typeof customer === "string" ? customer : undefined;
}

function ownIn(metadata: Identity["meta_data"]): Metadata {
  return recordIn(metadata?.["stripe_sync"]);
}

function recordIn(value: Value): Metadata {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Metadata) : {};
}
