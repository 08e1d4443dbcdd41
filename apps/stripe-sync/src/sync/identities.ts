/**
 * Stripe's customers as identities of the ledger. The identity's id follows from the customer's, so making one twice
 * is not possible. A customer that changed at Stripe changes its identity, and nothing else does: what a person wrote
 * there stays, and a field that was tokenized is never overwritten by its clear text.
 */
import type { Identity } from "@annex/client";
import type { Stripe } from "stripe";
import {
  type CustomerFields,
  customerFields,
  fieldsFingerprint,
  identityIdOf,
  identityOf,
} from "../mapping/customers.ts";
import type { ObjectJson, ObjectState } from "../portal-types.ts";
import type { LedgerTools } from "./accounts.ts";
import { isoTime, type SyncData } from "./objects.ts";

const lookUpSize = 50;

/** Makes or updates the identities of a page of customers; answers one object each, in order. */
export async function syncCustomers(
  tools: LedgerTools,
  data: SyncData,
  customers: readonly Stripe.Customer[],
): Promise<readonly ObjectJson[]> {
  const existing = await findIdentities(
    tools,
    customers.map(({ id }) => identityIdOf(id)),
  );
  const objects: ObjectJson[] = [];
  for (const customer of customers) {
    const state = await syncCustomer(tools, data, customer, existing.get(identityIdOf(customer.id)));
    objects.push(customerObject(customer, state));
  }
  const known = customers.map((customer) => ({
    key: customer.id,
    value: {
      identityId: identityIdOf(customer.id),
      fingerprint: fieldsFingerprint(customerFields(customer)),
    },
  }));
  await data.customers.putMany(known);
  return objects;
}

async function findIdentities(
  { cloud, signal }: LedgerTools,
  ids: readonly string[],
): Promise<ReadonlyMap<string, Identity>> {
  const found = new Map<string, Identity>();
  for (let start = 0; start < ids.length; start += lookUpSize) {
    const filters = { identity_id_in: ids.slice(start, start + lookUpSize) };
    const page = await cloud.data.identities.list({ filters, pageSize: lookUpSize }, { signal });
    for (const identity of page.data) found.set(identity.identity_id, identity);
  }
  return found;
}

async function syncCustomer(
  { cloud, mode, signal }: LedgerTools,
  data: SyncData,
  customer: Stripe.Customer,
  existing: Identity | undefined,
): Promise<ObjectState> {
  if (existing === undefined) {
    await cloud.proxy.ensureIdentity(identityOf(customer, mode), { signal });
    return "posted";
  }
  const fields = customerFields(customer);
  const known = await data.customers.get(customer.id);
  if (known?.fingerprint === fieldsFingerprint(fields)) return "already_posted";
  const changes = changedFields(existing, fields);
  if (Object.keys(changes).length === 0) return "already_posted";
  await cloud.proxy.updateIdentity(existing.identity_id, changes, { signal });
  return "posted";
}

/** The fields that are otherwise at Stripe, except those that are tokenized. Pure. */
export function changedFields(existing: Identity, fields: CustomerFields): CustomerFields {
  const tokenized = tokenizedFields(existing);
  return Object.fromEntries(
    Object.entries(fields).filter(
      ([field, value]) => existing[field as keyof CustomerFields] !== value && !tokenized.has(field),
    ),
  );
}

/** Core marks tokenized fields in the metadata, in Pascal case: `EmailAddress`. */
function tokenizedFields(identity: Identity): ReadonlySet<string> {
  const marks = identity.meta_data?.["tokenized_fields"];
  if (typeof marks !== "object" || marks === null) return new Set();
  const snakeCase = (name: string) => name.replace(/(?!^)([A-Z])/g, "_$1").toLowerCase();
  return new Set(Object.keys(marks).map(snakeCase));
}

function customerObject(customer: Stripe.Customer, state: ObjectState): ObjectJson {
  return {
    id: customer.id,
    kind: "customer",
    state,
    stripe_type: "customer",
    ...(customer.name ? { description: customer.name } : {}),
    created_at: isoTime(customer.created),
    legs: [],
    customer_id: customer.id,
    identity_id: identityIdOf(customer.id),
  };
}
