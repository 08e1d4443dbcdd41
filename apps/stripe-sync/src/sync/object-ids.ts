/**
 * Which objects an id names or leads to: a member has an id from Stripe's dashboard or from the ledger, and wants to see
 * what it is about. Ids are found whatever their case, and by their beginning.
 */
import type { Movement } from "../mapping/movement.ts";
import type { ObjectKind } from "../portal-types.ts";
import {
  keyOf,
  type Outcome,
  type PageWriters,
  type StoredMovement,
  type SyncData,
  timeKey,
} from "./register.ts";
import { emptyTally, type Tally } from "./tally.ts";

/** Keeps balance transactions, and what leads to them; `before` is how they were kept, where the caller knows. */
export async function keepStored(
  keep: Pick<PageWriters, "movements" | "objectIds">,
  stored: readonly StoredMovement[],
  before: readonly (StoredMovement | undefined)[] = [],
): Promise<void> {
  await keep.movements.putMany(stored.map((value) => ({ key: keyOf(value.movement), value })));
  const fresh = stored.flatMap((value, index) => {
    const known = new Set(idsOf(before[index]));
    const key = keyOf(value.movement);
    return idsOf(value)
      .filter((id) => !known.has(id))
      .map((id) => idKey(id, key));
  });
  await keepIds(keep, fresh);
}

/** … and customers, who are found by their identity too. */
export async function keepCustomerIds(
  data: SyncData,
  customers: readonly { readonly key: string; readonly identityId?: string | undefined }[],
): Promise<void> {
  const keys = customers.flatMap(({ key, identityId }) =>
    [key.slice(key.indexOf("/") + 1), identityId].flatMap((id) => (id === undefined ? [] : [idKey(id, key)])),
  );
  await keepIds(data, keys);
}

/** An alert leads to the dispute that it was raised for. */
export async function keepAlertId(data: SyncData, alertId: string, key: string): Promise<void> {
  await keepIds(data, [idKey(alertId, key)]);
}

/** Entries that are looked through in one step. */
const scanSize = 500;

/** What is learned after the balance transactions; where a page begins with neither, it is one of theirs. */
const customersFrom = "customers:";
const alertsFrom = "alerts:";

/**
 * What an earlier version kept, which noted no ids: one page of it. Once, in this version's first run: the balance
 * transactions, then customers, then alerts.
 */
export async function learnIdsPage(
  data: SyncData,
  after: string | undefined,
): Promise<{ readonly tally: Tally; readonly next?: string }> {
  const next = await learnedUpTo(data, after);
  return next === undefined ? { tally: emptyTally } : { tally: emptyTally, next };
}

async function learnedUpTo(data: SyncData, after: string | undefined): Promise<string | undefined> {
  if (after?.startsWith(alertsFrom)) return learnAlerts(data, after.slice(alertsFrom.length));
  if (after?.startsWith(customersFrom)) return learnCustomers(data, after.slice(customersFrom.length));
  const page = await data.movements.list(pageAfter(after ?? ""));
  await keepIds(
    data,
    page.flatMap(({ key, value }) => idsOf(value).map((id) => idKey(id, key))),
  );
  return lastOf(page) ?? customersFrom;
}

async function learnCustomers(data: SyncData, after: string): Promise<string> {
  const page = await data.customers.list(pageAfter(after));
  const customers = page.map(({ key: id, value: { identityId, object } }) => ({
    key: timeKey(Math.floor(Date.parse(object.created_at) / 1000), id),
    identityId,
  }));
  await keepCustomerIds(data, customers);
  const last = lastOf(page);
  return last === undefined ? alertsFrom : customersFrom + last;
}

async function learnAlerts(data: SyncData, after: string): Promise<string | undefined> {
  const page = await data.alerts.list(pageAfter(after));
  await keepIds(
    data,
    page.flatMap(({ key, value: { alertId } }) => (alertId === undefined ? [] : [idKey(alertId, key)])),
  );
  const last = lastOf(page);
  return last === undefined ? undefined : alertsFrom + last;
}

function pageAfter(after: string) {
  return { limit: scanSize, ...(after === "" ? {} : { after }) };
}

/** Where the page after it begins; undefined where there is none. */
function lastOf(page: readonly { readonly key: string }[]): string | undefined {
  return page.length < scanSize ? undefined : page.at(-1)?.key;
}

async function keepIds({ objectIds }: Pick<PageWriters, "objectIds">, keys: readonly string[]) {
  if (keys.length > 0) await objectIds.putMany(keys.map((key) => ({ key, value: true })));
}

/** What an id leads to begins with it; `key` is that of the object in the register. */
export function idKey(id: string, key: string): string {
  return `${id.toLowerCase()}/${key}`;
}

/** Of an entry of the index: the id, in small letters, and the object that it leads to. */
export function idEntry(entry: string): { readonly id: string; readonly key: string } {
  const at = entry.indexOf("/");
  return { id: entry.slice(0, at), key: entry.slice(at + 1) };
}

/** Every id that leads to an object of the register, as it is known now. */
export async function idsLeadingTo(
  data: SyncData,
  key: string,
  kind: ObjectKind,
): Promise<readonly string[]> {
  if (kind === "customer") {
    const id = key.slice(key.indexOf("/") + 1);
    const identity = (await data.customers.get(id))?.identityId;
    return identity === undefined ? [id] : [id, identity];
  }
  const alert = kind === "dispute" ? (await data.alerts.get(key))?.alertId : undefined;
  return [...idsOf(await data.movements.get(key)), ...(alert === undefined ? [] : [alert])];
}

function idsOf(stored: { readonly movement: Movement; readonly outcome: Outcome } | undefined) {
  if (stored === undefined) return [];
  const { movement, outcome } = stored;
  const customer = outcome.customerId ?? movement.customerId;
  const all = [movement.id, movement.sourceId, customer, ...outcome.legs.map(({ transaction_id: id }) => id)];
  return [...new Set(all.filter((id) => id !== undefined))];
}
