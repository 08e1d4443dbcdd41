/**
 * The objects of a run, newest first: by state, kind and currency, and by any id. What is rare is found without looking
 * at all of them, and how many there are is known without counting them.
 */
import type { Entry } from "@annex/app";
import type { ObjectJson, ObjectKind, ObjectListJson, ObjectState } from "../portal-types.ts";
import { idEntry } from "../sync/object-ids.ts";
import { objectOf } from "../sync/outcomes.ts";
import {
  indexKey,
  type KeptRun,
  positionOf,
  type RunObject,
  runKey,
  runPrefix,
  type SyncData,
} from "../sync/register.ts";
import { countsOf, placesIn, type Tally } from "../sync/tally.ts";
import { scanSize } from "./parts.ts";

export type ShownRun = { readonly kept: KeptRun; readonly tally: Tally };
type Filter = {
  readonly kind?: readonly ObjectKind[] | undefined;
  readonly state?: readonly ObjectState[] | undefined;
  readonly currency?: string | undefined;
};
type Query = Filter & {
  /** The beginning of an id. */
  readonly id?: string | undefined;
  readonly limit: number;
  readonly after?: string | undefined;
};
type Found = Entry<RunObject>;
/** One more than a page of them, and how many there are in all where that is known. */
type Listed = { readonly found: readonly Found[]; readonly total?: number; readonly cutAt?: number };

/** One page of them; `next` is where the page after it begins. */
export async function objectsOf(data: SyncData, run: ShownRun, query: Query): Promise<ObjectListJson> {
  const { runId } = run.kept;
  const { found, total, cutAt } = await listed(data, run, query);
  const shown = found.slice(0, query.limit);
  const next = found.length > query.limit ? shown.at(-1)?.key : undefined;
  const objects = await Promise.all(shown.map((entry) => objectIn(data, runId, entry)));
  return {
    data: objects.filter((object) => object !== undefined),
    ...(next === undefined ? {} : { next }),
    ...(total === undefined ? {} : { total }),
    ...(cutAt === undefined ? {} : { cut_at: cutAt }),
  };
}

/** The currencies of a run's objects, in alphabetical order; undefined for a run of an earlier version. */
export function objectCurrencies({ kept, tally }: ShownRun): readonly string[] | undefined {
  if (kept.places !== true) return undefined;
  return [...new Set(placesIn(tally).flatMap(({ object: { currency } }) => currency ?? []))].sort();
}

async function listed(data: SyncData, run: ShownRun, query: Query): Promise<Listed> {
  const { kept, tally } = run;
  const { id, ...filter } = query;
  if (id !== undefined) {
    const known = (await positionOf(data))?.idsKnown === true;
    return known ? named(data, kept.runId, id, query) : scannedByName(data, kept.runId, id, query);
  }
  if (!isFiltered(filter))
    return { found: await scanned(data, kept.runId, query), total: countsOf(tally).all };
  if (kept.places !== true) return { found: await scanned(data, kept.runId, query) };
  const places = placesIn(tally).filter(({ object }) => isWanted(object, filter));
  const total = places.reduce((sum, { count }) => sum + count, 0);
  const objects = places.map(({ object }) => object);
  return { found: await indexed(data, kept.runId, objects, query), total };
}

function isFiltered({ kind, state, currency }: Filter): boolean {
  return (kind ?? state ?? currency) !== undefined;
}

function isWanted({ kind, state, currency }: RunObject, wanted: Filter): boolean {
  return (
    (wanted.kind === undefined || wanted.kind.includes(kind)) &&
    (wanted.state === undefined || wanted.state.includes(state)) &&
    (wanted.currency === undefined || wanted.currency === currency)
  );
}

/** By the index: the newest of each place, merged. */
async function indexed(
  data: SyncData,
  runId: string,
  places: readonly RunObject[],
  query: Query,
): Promise<readonly Found[]> {
  const limit = query.limit + 1;
  const after = query.after?.slice(runPrefix(runId).length);
  const lists = await Promise.all(
    places.map(async (place) => {
      const prefix = indexKey(runId, place, "");
      const from = after === undefined ? {} : { after: prefix + after };
      const list = await data.runIndex.list({ prefix, limit, descending: true, ...from });
      return list.map(({ key }) => [key.slice(prefix.length), place] as const);
    }),
  );
  // One that has changed its place while the lists were read stands in two of them.
  const found = [...new Map(lists.flat())].map(([key, value]) => ({ key: runKey(runId, key), value }));
  return found.sort(newestFirst).slice(0, limit);
}

function newestFirst({ key: one }: Found, { key: other }: Found): number {
  return one < other ? 1 : -1;
}

/** Looking at each of them. */
async function scanned(
  data: SyncData,
  runId: string,
  query: Query,
  isMeant: (entry: Found) => Promise<boolean> = async () => true,
): Promise<readonly Found[]> {
  const found: Found[] = [];
  let after = query.after;
  for (;;) {
    const options = { prefix: runPrefix(runId), limit: scanSize, descending: true };
    const page = await data.runObjects.list({ ...options, ...(after === undefined ? {} : { after }) });
    const wanted = page.filter(({ value }) => isWanted(value, query));
    const meant = await Promise.all(wanted.map(isMeant));
    found.push(...wanted.filter((_entry, index) => meant[index]));
    after = page.at(-1)?.key;
    if (page.length < scanSize || found.length > query.limit) return found;
  }
}

/** How many entries of the index of ids are looked through for one search. */
const mostNamed = 2000;

/** By an id: those of all objects that it leads to which this run has looked at. */
async function named(data: SyncData, runId: string, id: string, query: Query): Promise<Listed> {
  const { keys, isAll } = await keysNamed(data, id);
  const objects: Found[] = [];
  for (let start = 0; start < keys.length; start += scanSize) {
    const runKeys = keys.slice(start, start + scanSize).map((key) => runKey(runId, key));
    const read = await Promise.all(runKeys.map((key) => data.runObjects.get(key)));
    objects.push(...read.flatMap((value, index) => (value ? [{ key: runKeys[index] ?? "", value }] : [])));
  }
  const { after } = query;
  const all = objects.filter(({ value }) => isWanted(value, query)).sort(newestFirst);
  const found = all.filter(({ key }) => after === undefined || key < after).slice(0, query.limit + 1);
  return { found, ...(isAll ? { total: all.length } : { cutAt: mostNamed }) };
}

async function keysNamed(data: SyncData, id: string) {
  const keys = new Set<string>();
  let isAll = true;
  const look = async (prefix: string) => {
    const entries = await data.objectIds.list({ prefix, limit: mostNamed + 1, descending: true });
    if (entries.length > mostNamed) isAll = false;
    for (const entry of entries.slice(0, mostNamed)) keys.add(idEntry(entry.key).key);
    return entries;
  };
  const text = id.toLowerCase();
  const found = await look(text);
  // A reference in the ledger is the id of a balance transaction and what is booked of it: none of Stripe's has a dash.
  if (found.length === 0 && text.includes("-")) await look(`${text.slice(0, text.indexOf("-"))}/`);
  // Who is found by his identity brings what he has paid.
  for (const { key: entry } of found.length > mostNamed ? [] : found) {
    const { id: by, key } = idEntry(entry);
    const own = key.slice(key.indexOf("/") + 1).toLowerCase();
    if (own.startsWith("cus_") && by !== own) await look(`${own}/`);
  }
  return { keys: [...keys], isAll };
}

/** Before ids were noted, by the objects themselves. */
async function scannedByName(data: SyncData, runId: string, id: string, query: Query): Promise<Listed> {
  const text = id.toLowerCase();
  const found = await scanned(data, runId, query, async (entry) => {
    const object = await objectIn(data, runId, entry);
    return object !== undefined && idsOf(object).some((one) => one?.toLowerCase().startsWith(text) === true);
  });
  return { found };
}

function idsOf(object: ObjectJson): readonly (string | undefined)[] {
  const legs = object.legs.flatMap(({ reference, transaction_id: transaction }) => [reference, transaction]);
  return [object.id, object.source_id, object.customer_id, object.identity_id, object.alert_id, ...legs];
}

/** As it is now, in the state that the run left it in. */
async function objectIn(
  data: SyncData,
  runId: string,
  { key: runObject, value: { kind, state } }: Found,
): Promise<ObjectJson | undefined> {
  const key = runObject.slice(runPrefix(runId).length);
  if (kind === "customer") {
    const id = key.slice(key.indexOf("/") + 1);
    const known = await data.customers.get(id);
    return known === undefined ? undefined : { ...known.object, state };
  }
  const stored = await data.movements.get(key);
  if (stored === undefined) return undefined;
  const alert = kind === "dispute" ? await data.alerts.get(key) : undefined;
  return { ...objectOf(stored, alert?.alertId), state };
}
