/**
 * Stripe's customers as identities of the ledger. An identity that carries the customer's Stripe id is his; an account's
 * and a mode's ids stand apart, since the same person may be a customer in several books. Else it is one with his e-mail address, however it is written, where there is exactly one and it is nobody else's; a name alone never
 * decides. Where several could be meant, none is chosen, a finding lists them, and each run looks again. Otherwise a new identity is made, whose id follows from the
 * customer's, so that making it twice is not possible.
 *
 * A customer that changed at Stripe changes its identity, and nothing else does: what a person wrote there stays, and
 * a field that was tokenized is never overwritten by its clear text.
 */
import type { Identity } from "@annex/client";
import type { Stripe } from "stripe";
import { type Books, booksName } from "../mapping/books.ts";
import {
  type CustomerFields,
  customerField,
  customerFields,
  customerIn,
  customerMetadata,
  earlierCustomerField,
  fieldsFingerprint,
  identityIdOf,
  identityOf,
  readCustomer,
} from "../mapping/customers.ts";
import { storable } from "../mapping/texts.ts";
import type { FindingJson, ObjectJson, ObjectState } from "../portal-types.ts";
import { reportFindings, resolveFindings } from "./findings.ts";
import { keepCustomerIds } from "./object-ids.ts";
import type { PageResult, Reading } from "./reading.ts";
import { isoTime, type KnownCustomer, timeKey } from "./register.ts";
import { addTallies, findingsFound } from "./tally.ts";
import type { LedgerTools, PageTools, SyncTools } from "./tools.ts";

const lookUpSize = 50;

/** One page of customers becomes identities. */
export async function customersPage(
  tools: PageTools,
  { from, to, verify }: Reading,
  after: string | undefined,
): Promise<PageResult> {
  const page = await tools.stripe.customers({ from, to, after, signal: tools.signal });
  const result = await keepCustomers(tools, page.items, verify);
  return page.next === undefined ? result : { ...result, next: page.next };
}

/**
 * Makes or updates the identities of customers and puts them onto the run's list, where they may stand already: each is
 * counted once, as it stands now.
 */
export async function keepCustomers(
  tools: PageTools,
  listed: readonly Stripe.Customer[],
  verify: boolean,
): Promise<PageResult> {
  const { data, listWork } = tools;
  const read = listed.map(readCustomer);
  const customers = read.map(({ customer }) => customer);
  const known = await Promise.all(customers.map(({ id }) => data.customers.get(id)));
  const isReadable = (index: number) => read[index]?.unreadable === undefined;
  const isNew = (index: number) =>
    verify || known[index]?.fingerprint !== fingerprintOf(customers[index] as Stripe.Customer);
  const changed = customers.filter((_customer, index) => isReadable(index) && isNew(index));
  const candidates = new Map(
    (await findCandidates(tools, changed)).map((identity) => [identity.identity_id, identity]),
  );
  const objects: ObjectJson[] = [];
  let findings = 0;
  for (const [index, customer] of customers.entries()) {
    const unreadable = read[index]?.unreadable;
    const looksUp = unreadable === undefined && isNew(index);
    const match = looksUp ? matchOf(customer, tools.books, [...candidates.values()]) : undefined;
    const settled =
      unreadable === undefined
        ? await settleCustomer(tools, customer, known[index], match)
        : await leaveOpen(tools, customer, unreadableFinding(customer, unreadable), known[index]?.identityId);
    // The next customer with the same address must find it taken.
    if (match?.kind === "by-email") {
      const { identity } = match;
      candidates.set(identity.identity_id, tiedTo(identity, customer.id, tools.books));
    }
    if (settled.finding !== undefined) findings += 1;
    objects.push(settled.object);
  }
  const work = objects.map(({ id, state }, index) => ({
    key: timeKey(customers[index]?.created ?? 0, id),
    value: { kind: "customer" as const, state },
  }));
  await keepCustomerIds(
    data,
    work.map(({ key }, index) => ({ key, identityId: objects[index]?.identity_id })),
  );
  return { tally: addTallies(await listWork(work), findingsFound(findings)) };
}

function tiedTo(identity: Identity, customer: string, books: Books): Identity {
  const { meta_data } = identity;
  return { ...identity, meta_data: { ...meta_data, ...customerMetadata(meta_data, customer, books) } };
}

function fingerprintOf(customer: Stripe.Customer): string {
  return fieldsFingerprint(customerFields(customer));
}

/** Which identity a customer is. */
export type Match =
  | { readonly kind: "his"; readonly identity: Identity }
  | { readonly kind: "by-email"; readonly identity: Identity }
  | { readonly kind: "none" }
  | { readonly kind: "doubtful"; readonly identities: readonly Identity[] };

/** By Stripe's id, then by e-mail where only one identity has it and it is no other customer's of these books. Pure. */
export function matchOf(
  customer: Pick<Stripe.Customer, "id" | "email">,
  books: Books,
  candidates: readonly Identity[],
): Match {
  const his = candidates.find(
    (identity) =>
      identity.identity_id === identityIdOf(customer.id) || customerIn(identity, books) === customer.id,
  );
  if (his !== undefined) return { kind: "his", identity: his };
  const email = addressOf(customer.email);
  if (email === "") return { kind: "none" };
  const same = candidates.filter(
    (identity) => addressOf(identity.email_address) === email && customerIn(identity, books) === undefined,
  );
  const [identity, ...others] = same;
  if (identity === undefined) return { kind: "none" };
  return others.length === 0 ? { kind: "by-email", identity } : { kind: "doubtful", identities: same };
}

async function findCandidates(
  tools: LedgerTools,
  customers: readonly Stripe.Customer[],
): Promise<readonly Identity[]> {
  const found = new Map<string, Identity>();
  const isUnmatched = (customer: Stripe.Customer) =>
    matchOf({ ...customer, email: null }, tools.books, [...found.values()]).kind === "none";
  const fields = [
    ["identity_id", identityIdOf],
    [customerField(tools.books), (id: string) => id],
    [earlierCustomerField, (id: string) => id],
  ] as const;
  for (const [field, written] of fields) {
    const values = customers.filter(isUnmatched).map(({ id }) => written(id));
    for (const identity of await identitiesIn(tools, field, values))
      found.set(identity.identity_id, identity);
  }
  const unmatched = customers.filter(isUnmatched);
  const emails = new Set(unmatched.map(({ email }) => addressOf(email)).filter((email) => email !== ""));
  for (const email of emails) {
    for (const identity of await identitiesByEmail(tools, email)) found.set(identity.identity_id, identity);
  }
  return [...found.values()];
}

/** As it is compared: written in small letters, without what stands around it. */
function addressOf(email: string | null | undefined): string {
  return storable(email ?? "")
    .trim()
    .toLowerCase();
}

async function identitiesIn(
  { cloud, signal }: LedgerTools,
  field: string,
  values: readonly string[],
): Promise<readonly Identity[]> {
  const found: Identity[] = [];
  for (let start = 0; start < values.length; start += lookUpSize) {
    const filter = { field, operator: "in", values: values.slice(start, start + lookUpSize) } as const;
    for await (const identity of cloud.filters.identities.iterate({ filters: [filter] }, { signal }))
      found.push(identity);
  }
  return found;
}

/**
 * Whoever wrote it in capitals or with a space around it means the same address. The pattern lets too many in rather
 * than too few, and `matchOf` decides: a backslash would escape what follows.
 */
async function identitiesByEmail(
  { cloud, signal }: LedgerTools,
  email: string,
): Promise<readonly Identity[]> {
  const value = `%${email.replaceAll("\\", "_")}%`;
  const filters = [{ field: "email_address", operator: "ilike", value }] as const;
  const found: Identity[] = [];
  for await (const identity of cloud.filters.identities.iterate({ filters }, { signal }))
    found.push(identity);
  return found;
}

type Settled = { readonly object: ObjectJson; readonly finding?: FindingJson };

async function settleCustomer(
  tools: SyncTools,
  customer: Stripe.Customer,
  known: KnownCustomer | undefined,
  match: Match | undefined,
): Promise<Settled> {
  const { data } = tools;
  if (match === undefined) {
    const object = customerObject(customer, "already_posted", known?.identityId);
    return { object };
  }
  if (match.kind === "doubtful") {
    return leaveOpen(tools, customer, doubtful(customer, tools.books, match.identities), undefined);
  }
  const { state, identityId } = await ensureIdentity(tools, customer, match, known);
  const object = customerObject(customer, state, identityId);
  await data.customers.put(customer.id, { identityId, fingerprint: fingerprintOf(customer), object });
  await noLongerDoubtful(data, customer.id, new Date(tools.clock()));
  return { object };
}

/** One that a person has to look at: a finding says why, the run goes on, and each run looks again. */
async function leaveOpen(
  { data, runId, clock }: SyncTools,
  customer: Stripe.Customer,
  finding: FindingJson,
  identityId: string | undefined,
): Promise<Settled> {
  const now = new Date(clock());
  const object = { ...customerObject(customer, "failed", identityId), finding };
  await reportFindings(data, runId, now, [{ finding }]);
  await resolveFindings(data, customer.id, now, [finding]);
  const known = { fingerprint: "", object };
  await data.customers.put(customer.id, identityId === undefined ? known : { ...known, identityId });
  await data.doubtfulCustomers.put(customer.id, true);
  return { object, finding };
}

async function noLongerDoubtful(data: SyncTools["data"], customerId: string, now: Date): Promise<void> {
  await data.doubtfulCustomers.delete(customerId);
  await resolveFindings(data, customerId, now);
}

/** Those that were left open: perhaps a person has decided meanwhile, or Stripe sends what can be read. */
export async function doubtfulPage(tools: PageTools, after: string | undefined): Promise<PageResult> {
  const { data, stripe, signal, clock } = tools;
  const page = await data.doubtfulCustomers.list({
    limit: lookUpSize,
    ...(after === undefined ? {} : { after }),
  });
  const customers: Stripe.Customer[] = [];
  for (const { key: id } of page) {
    const customer = await stripe.customer(id, { signal });
    if (customer === undefined) await noLongerDoubtful(data, id, new Date(clock()));
    else customers.push(customer);
  }
  const { tally } = await keepCustomers(tools, customers, true);
  const last = page.length < lookUpSize ? undefined : page.at(-1)?.key;
  return last === undefined ? { tally } : { tally, next: last };
}

async function ensureIdentity(
  { cloud, books, signal }: LedgerTools,
  customer: Stripe.Customer,
  match: Exclude<Match, { kind: "doubtful" }>,
  known: KnownCustomer | undefined,
): Promise<{ readonly state: ObjectState; readonly identityId: string }> {
  if (match.kind === "none") {
    const { identity_id: identityId } = await cloud.proxy.ensureIdentity(identityOf(customer, books), {
      signal,
    });
    return { state: "posted", identityId };
  }
  const { identity, kind } = match;
  const identityId = identity.identity_id;
  if (kind === "by-email") {
    const metadata = customerMetadata(identity.meta_data, customer.id, books);
    await cloud.proxy.updateMetadata(identityId, metadata, { signal });
    return { state: "posted", identityId };
  }
  const changes = changedFields(identity, customerFields(customer));
  const isOurs = identityId === identityIdOf(customer.id);
  // Fields of an identity that somebody else made are theirs.
  if (!isOurs || known?.fingerprint === fingerprintOf(customer) || Object.keys(changes).length === 0)
    return { state: "already_posted", identityId };
  await cloud.proxy.updateIdentity(identityId, changes, { signal });
  return { state: "posted", identityId };
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

function customerObject(
  customer: Stripe.Customer,
  state: ObjectState,
  identityId: string | undefined,
): ObjectJson {
  return {
    id: customer.id,
    kind: "customer",
    state,
    stripe_type: "customer",
    ...(customer.name ? { description: storable(customer.name) } : {}),
    created_at: isoTime(customer.created),
    legs: [],
    customer_id: customer.id,
    ...(identityId === undefined ? {} : { identity_id: identityId }),
  };
}

function unreadableFinding({ id }: Stripe.Customer, field: string): FindingJson {
  return {
    object_id: id,
    code: "customer_unreadable",
    error: `What Stripe sent as \`${field}\` of the customer ${id} is not of the kind that Stripe describes, so it cannot be read.`,
    next: "Nothing of this customer was written into the ledger, and everything else was synced. Look at the customer in Stripe's dashboard and correct it there: each sync reads it again.",
  };
}

function doubtful(
  { id, email }: Stripe.Customer,
  books: Books,
  identities: readonly Identity[],
): FindingJson {
  const ids = identities.map(({ identity_id }) => identity_id).sort();
  return {
    object_id: id,
    identity_ids: ids,
    code: "customer_doubtful",
    error: `Several identities have the e-mail address ${email ?? ""} of the customer ${id}: ${ids.join(", ")}.`,
    next: `Decide which one it is, and put {"stripe_sync": {"customers": {"${booksName(books)}": "${id}"}}} into its metadata: the next sync takes it. Until then the payments of this customer name no identity.`,
  };
}
