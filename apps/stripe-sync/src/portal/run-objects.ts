/**
 * The objects of a run, newest first: by state, kind and currency, and by any id. What is rare is found without looking
 * at all of them, and how many there are is known without counting them.
 */
import type { Entry } from "@annex/app";
import type { ObjectJson, ObjectKind, ObjectListJson, ObjectState } from "../portal-types.ts";
import { idEntry, idKey, idsLeadingTo } from "../sync/object-ids.ts";
import { objectOf } from "../sync/outcomes.ts";
import {
  indexKey,
  type KeptRun,
  objectAt,
  positionOf,
  type RunObject,
  runKey,
  runPrefix,
  type SyncData,
} from "../sync/register.ts";
import { countsOf, placesIn, type Tally } from "../sync/tally.ts";
import { scanSize } from "./parts.ts";

export type ShownRun = {
  readonly kept: KeptRun;
  readonly tally: Tally;
  /**
   * Whether the tally counts all that is on the list: that of a run that has ended does, unless an earlier version began
   * it. One that goes on has more on it a moment later.
   */
  readonly isExact: boolean;
};
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
/** A page of them, where the next one begins, and how many there are in all where that is known. */
type Listed = {
  readonly found: readonly Found[];
  readonly next?: string | undefined;
  readonly total?: number;
  /** There is more to look through than one question may: this page is what a part of it came to. */
  readonly isPart?: boolean;
  /** Of what an identity's customers have paid only a part was looked through. */
  readonly identityCut?: boolean;
};

/** One page of them; `next` is where the page after it begins. */
export async function objectsOf(data: SyncData, run: ShownRun, query: Query): Promise<ObjectListJson> {
  const { runId } = run.kept;
  const { found, next, total, isPart, identityCut } = await listed(data, run, query);
  const objects = await Promise.all(found.map((entry) => objectIn(data, runId, entry)));
  return {
    data: objects.filter((object) => object !== undefined),
    ...(next === undefined ? {} : { next }),
    ...(total === undefined ? {} : { total }),
    ...(isPart === undefined ? {} : { is_part: isPart }),
    ...(identityCut === undefined ? {} : { identity_cut: identityCut }),
  };
}

/** The beginning of what was found, where one more than a page was looked for. */
function pageOf(found: readonly Found[], { limit }: Query): Listed {
  const shown = found.slice(0, limit);
  return { found: shown, next: found.length > limit ? shown.at(-1)?.key : undefined };
}

/** The currencies of a run's objects, in alphabetical order; undefined for a run of an earlier version. */
export async function objectCurrencies(
  data: SyncData,
  run: ShownRun,
): Promise<readonly string[] | undefined> {
  if (run.kept.places !== true) return undefined;
  return [...new Set((await placesOf(data, run)).flatMap(({ currency }) => currency ?? []))].sort();
}

/** Where objects of a run stand. */
async function placesOf(data: SyncData, { kept, tally, isExact }: ShownRun): Promise<readonly RunObject[]> {
  return isExact ? placesIn(tally).map(({ object }) => object) : placesListed(data, kept.runId);
}

/** By the index itself: the first of each place, and from there on the one behind all others of it. */
async function placesListed(data: SyncData, runId: string): Promise<readonly RunObject[]> {
  const prefix = runPrefix(runId);
  const places: RunObject[] = [];
  let after: string | undefined;
  for (;;) {
    const from = after === undefined ? {} : { after };
    const [first] = await data.runIndex.list({ prefix, limit: 1, ...from });
    if (first === undefined) return places;
    const place = objectAt(first.key.slice(prefix.length));
    places.push(place);
    after = indexKey(runId, place, behindAll);
  }
}

/** Sorts behind the key of any object: those begin with a digit. */
const behindAll = "~";

async function listed(data: SyncData, run: ShownRun, query: Query): Promise<Listed> {
  const { kept, tally, isExact } = run;
  const { id, ...filter } = query;
  if (id !== undefined) {
    const known = (await positionOf(data))?.idsKnown === true;
    return (known ? named : scannedByName)(data, run, id.toLowerCase(), query);
  }
  if (!isFiltered(filter)) {
    const page = await scanned(data, kept.runId, query);
    return isExact ? { ...page, total: countsOf(tally).all } : page;
  }
  if (kept.places !== true) return scanned(data, kept.runId, query);
  const places = (await placesOf(data, run)).filter((place) => isWanted(place, filter));
  const page = pageOf(await indexed(data, kept.runId, places, query), query);
  return isExact ? { ...page, total: countIn(tally, filter) } : page;
}

function countIn(tally: Tally, filter: Filter): number {
  const wanted = placesIn(tally).filter(({ object }) => isWanted(object, filter));
  return wanted.reduce((sum, { count }) => sum + count, 0);
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

/**
 * Looking at each of them.
 *
 * @param most so many, and no more for one question
 */
async function scanned(
  data: SyncData,
  runId: string,
  query: Query,
  isMeant: (entry: Found) => Promise<boolean> = async () => true,
  most = Number.POSITIVE_INFINITY,
): Promise<Listed> {
  const found: Found[] = [];
  let after = query.after;
  for (let looked = 0; looked < most; looked += scanSize) {
    const options = { prefix: runPrefix(runId), limit: scanSize, descending: true };
    const page = await data.runObjects.list({ ...options, ...(after === undefined ? {} : { after }) });
    const wanted = page.filter(({ value }) => isWanted(value, query));
    const meant = await Promise.all(wanted.map(isMeant));
    found.push(...wanted.filter((_entry, index) => meant[index]));
    after = page.at(-1)?.key;
    if (page.length < scanSize || found.length > query.limit) return pageOf(found, query);
  }
  return { found, next: after };
}

/**
 * How many entries of the index of ids, or objects of a run, are looked through for one question by the beginning of an
 * id, and of the index for one by an identity.
 */
const mostNamed = 2000;
/** A run that has looked at no more is looked through itself, however many ids begin so: that is a few questions. */
const smallRun = 10 * mostNamed;
/** Of so many customers of one identity it is looked up what they have paid. */
const mostCustomers = 100;
/** What a page that goes on in the index of ids begins after: the keys of a run begin otherwise. */
const inTheIndex = "ids:";

/**
 * By an id: those of all objects that it leads to which this run has looked at.
 *
 * @param text an id, or its beginning, in small letters
 */
async function named(data: SyncData, run: ShownRun, text: string, query: Query): Promise<Listed> {
  const { runId } = run.kept;
  if (query.after?.startsWith(inTheIndex)) return inIndex(data, runId, text, query);
  const meant = await keysNamed(data, text);
  if (meant === undefined) {
    // A list that began by looking through the run goes on so, however large the run has become meanwhile.
    return query.after !== undefined || countsOf(run.tally).all <= smallRun
      ? scannedByName(data, run, text, query)
      : inIndex(data, runId, text, query);
  }
  const { keys, identityCut } = meant;
  const cut = identityCut === true ? { identityCut } : {};
  // Of an id that leads to very many, the run is asked for those it has rather than about each.
  if (keys.size > mostNamed) {
    const isMeant = async ({ key }: Found) => keys.has(key.slice(runPrefix(runId).length));
    return { ...(await scanned(data, runId, query, isMeant)), ...cut };
  }
  const objects = await objectsAt(data, runId, [...keys]);
  const all = objects.filter(({ value }) => isWanted(value, query)).sort(newestFirst);
  const { after } = query;
  const left = all.filter(({ key }) => after === undefined || key < after);
  return { ...pageOf(left, query), ...(identityCut === true ? cut : { total: all.length }) };
}

/**
 * Where very many ids begin so, and the run is large: one part of the index after the other, in the order of the ids, so
 * that each object is come upon however old it is.
 */
async function inIndex(data: SyncData, runId: string, text: string, query: Query): Promise<Listed> {
  const found: Found[] = [];
  let after = query.after?.slice(inTheIndex.length);
  for (let looked = 0; looked < mostNamed; looked += scanSize) {
    const options = { prefix: text, limit: scanSize };
    const page = await data.objectIds.list({ ...options, ...(after === undefined ? {} : { after }) });
    const objects = await Promise.all(page.map(({ key }) => objectBehind(data, runId, text, key)));
    for (const [index, object] of objects.entries()) {
      if (object !== undefined && isWanted(object.value, query)) {
        if (found.length === query.limit) return { found, next: inTheIndex + after, isPart: true };
        found.push(object);
      }
      after = page[index]?.key;
    }
    if (page.length < scanSize) return { found, isPart: true };
  }
  return { found, next: inTheIndex + after, isPart: true };
}

/** The object of the run that an entry of the index leads to, unless an entry before it leads there too. */
async function objectBehind(
  data: SyncData,
  runId: string,
  text: string,
  entry: string,
): Promise<Found | undefined> {
  const { key } = idEntry(entry);
  const value = await data.runObjects.get(runKey(runId, key));
  if (value === undefined) return undefined;
  const entries = (await idsLeadingTo(data, key, value.kind)).map((id) => idKey(id, key));
  const isSecond = entries.some((other) => other < entry && other.startsWith(text));
  return isSecond ? undefined : { key: runKey(runId, key), value };
}

/** Those of the register's objects that this run has looked at. */
async function objectsAt(data: SyncData, runId: string, keys: readonly string[]): Promise<Found[]> {
  const objects: Found[] = [];
  for (let start = 0; start < keys.length; start += scanSize) {
    const runKeys = keys.slice(start, start + scanSize).map((key) => runKey(runId, key));
    const read = await Promise.all(runKeys.map((key) => data.runObjects.get(key)));
    objects.push(...read.flatMap((value, index) => (value ? [{ key: runKeys[index] ?? "", value }] : [])));
  }
  return objects;
}

type Named = { readonly keys: ReadonlySet<string>; readonly identityCut?: boolean };

/** What an id leads to, and what those that begin so do; undefined where more begin so than one question looks through. */
async function keysNamed(data: SyncData, text: string): Promise<Named | undefined> {
  const begun = await data.objectIds.list({ prefix: text, limit: mostNamed + 1 });
  if (begun.length > mostNamed) {
    // One of them is the id itself: then that one is meant.
    const whole = await keysOf(data, text);
    return whole.size > 0 ? withCustomers(data, text, whole, whole) : undefined;
  }
  // A reference in the ledger is the id of a balance transaction and what is booked of it: none of Stripe's has a dash.
  if (begun.length === 0 && text.includes("-"))
    return { keys: await keysOf(data, text.slice(0, text.indexOf("-"))) };
  const own = begun.filter(({ key }) => idEntry(key).id === text);
  return withCustomers(data, text, keysIn(begun), keysIn(own));
}

/** All that a whole id leads to, however many they are. */
async function keysOf(data: SyncData, id: string): Promise<ReadonlySet<string>> {
  const keys = new Set<string>();
  let after: string | undefined;
  for (;;) {
    const from = after === undefined ? {} : { after };
    const page = await data.objectIds.list({ prefix: `${id}/`, limit: mostNamed, ...from });
    for (const key of keysIn(page)) keys.add(key);
    after = page.at(-1)?.key;
    if (page.length < mostNamed) return keys;
  }
}

/**
 * An identity brings what its customers have paid: of so many of them, and so much in all, as one search may read.
 *
 * @param own those of the objects that the id itself leads to
 */
async function withCustomers(
  data: SyncData,
  id: string,
  keys: ReadonlySet<string>,
  own: ReadonlySet<string>,
): Promise<Named> {
  const owners = [...own].map((key) => key.slice(key.indexOf("/") + 1).toLowerCase());
  const customers = owners.filter((owner) => owner.startsWith("cus_"));
  if (customers.length === 0 || id.startsWith("cus_")) return { keys };
  const all = new Set(keys);
  let left = mostNamed;
  for (const customer of customers.slice(0, mostCustomers)) {
    const paid = await data.objectIds.list({ prefix: `${customer}/`, limit: left + 1, descending: true });
    for (const key of keysIn(paid.slice(0, left))) all.add(key);
    left -= paid.length;
    if (left < 0) break;
  }
  const isCut = left < 0 || customers.length > mostCustomers;
  return isCut ? { keys: all, identityCut: true } : { keys: all };
}

function keysIn(entries: readonly { readonly key: string }[]): ReadonlySet<string> {
  return new Set(entries.map(({ key }) => idEntry(key).key));
}

/** By the objects themselves: of a small run, and before ids were noted. */
async function scannedByName(data: SyncData, run: ShownRun, text: string, query: Query): Promise<Listed> {
  const { runId } = run.kept;
  const isMeant = async (entry: Found) => {
    const object = await objectIn(data, runId, entry);
    return object !== undefined && idsOf(object).some((one) => one?.toLowerCase().startsWith(text) === true);
  };
  const page = await scanned(data, runId, query, isMeant, mostNamed);
  const isAll = query.after === undefined && page.next === undefined;
  return isAll ? { ...page, total: page.found.length } : { ...page, isPart: true };
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
