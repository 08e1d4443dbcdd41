/** Lists as Stripe pages them: newest first, filtered, cut by a cursor, with `has_more`. */
import type { Account } from "./account.ts";
import { invalidParameter, noSuch, unknownParameter } from "./refusals.ts";
import { findIn, type Resource, type StripeObject } from "./resources.ts";

export type Page = {
  readonly object: "list";
  readonly data: readonly StripeObject[];
  readonly has_more: boolean;
  readonly url: string;
};

const pagingParameters = ["limit", "starting_after", "ending_before"];
const rangeParameter = /^(\w+)\[(gt|gte|lt|lte)\]$/;
const expandParameter = /^expand\[\d*\]$/;

/**
 * One page of a list.
 *
 * @throws Refusal for a parameter that is unknown or out of bounds, as Stripe refuses it.
 */
export function pageOf(resource: Resource, account: Account, query: URLSearchParams): Page {
  checkParameters(resource, query);
  return {
    object: "list",
    ...cut(resource, candidates(resource, account, query), query),
    url: `/v1/${resource.path}`,
  };
}

function checkParameters(resource: Resource, query: URLSearchParams): void {
  for (const name of query.keys()) {
    const base = rangeParameter.exec(name)?.[1];
    const known = base === undefined ? isPlainParameter(resource, name) : resource.timeFilters.includes(base);
    if (!known && !expandParameter.test(name)) throw unknownParameter(name);
  }
}

function isPlainParameter(resource: Resource, name: string): boolean {
  return [...pagingParameters, ...resource.equalityFilters, ...resource.timeFilters].includes(name);
}

type Sorted = { readonly length: number; readonly objects: readonly StripeObject[] };
/** Sorting two hundred thousand objects for each page would be slow; lists only ever grow. */
const sorted = new WeakMap<object, Sorted>();

/** All that a page is cut out of, newest first. */
function candidates(resource: Resource, account: Account, query: URLSearchParams): readonly StripeObject[] {
  const payout = query.get("payout");
  if (payout === null) return newestFirst(resource.objects(account));
  const contents = account.payoutContents.get(payout);
  if (contents === undefined) return [];
  const known = sorted.get(contents)?.objects;
  if (known !== undefined) return known;
  const objects = [...contents].flatMap((id) => findIn(resource.objects(account), id) ?? []);
  const made = objects.sort((one, other) => Number(other["created"]) - Number(one["created"]));
  sorted.set(contents, { length: made.length, objects: made });
  return made;
}

/** Objects are kept in the order they came to be; among those of one second the later one comes first. */
function newestFirst(objects: readonly StripeObject[]): readonly StripeObject[] {
  const known = sorted.get(objects);
  if (known?.length === objects.length) return known.objects;
  const made = [...objects].reverse().sort((one, other) => Number(other["created"]) - Number(one["created"]));
  sorted.set(objects, { length: objects.length, objects: made });
  return made;
}

function matches(resource: Resource, object: StripeObject, query: URLSearchParams): boolean {
  return [...query].every(([name, value]) => {
    if (name === "payout") return true;
    if (resource.equalityFilters.includes(name)) return object[name] === value;
    const [, base, comparison] = rangeParameter.exec(name) ?? [];
    if (base !== undefined) return compares(Number(object[base]), comparison, wholeNumber(name, value));
    if (resource.timeFilters.includes(name)) return object[name] === wholeNumber(name, value);
    return true;
  });
}

function compares(time: number, comparison: string | undefined, bound: number): boolean {
  if (comparison === "gt") return time > bound;
  if (comparison === "gte") return time >= bound;
  return comparison === "lt" ? time < bound : time <= bound;
}

function cut(resource: Resource, objects: readonly StripeObject[], query: URLSearchParams) {
  const limit = limitIn(query);
  const after = query.get("starting_after");
  const before = query.get("ending_before");
  if (after !== null && before !== null) {
    throw invalidParameter("ending_before", "You may only specify one of starting_after and ending_before.");
  }
  const wanted = (object: StripeObject) => matches(resource, object, query);
  if (before !== null) {
    const end = positionOf(resource, objects, before, "ending_before");
    const found = take(objects.slice(0, end).reverse(), limit + 1, wanted);
    return { data: found.slice(0, limit).reverse(), has_more: found.length > limit };
  }
  const start = after === null ? 0 : positionOf(resource, objects, after, "starting_after") + 1;
  const found = take(objects, limit + 1, wanted, start);
  return { data: found.slice(0, limit), has_more: found.length > limit };
}

function take(
  objects: readonly StripeObject[],
  count: number,
  wanted: (object: StripeObject) => boolean,
  start = 0,
): readonly StripeObject[] {
  const found: StripeObject[] = [];
  for (let index = start; index < objects.length && found.length < count; index += 1) {
    const object = objects[index];
    if (object !== undefined && wanted(object)) found.push(object);
  }
  return found;
}

function limitIn(query: URLSearchParams): number {
  const text = query.get("limit");
  if (text === null) return 10;
  const limit = wholeNumber("limit", text);
  if (limit < 1 || limit > 100)
    throw invalidParameter("limit", "Invalid integer: limit must be from 1 to 100.");
  return limit;
}

const positions = new WeakMap<readonly StripeObject[], ReadonlyMap<string, number>>();

function positionOf(resource: Resource, objects: readonly StripeObject[], id: string, param: string): number {
  const known = positions.get(objects) ?? new Map(objects.map((object, index) => [object.id, index]));
  positions.set(objects, known);
  const position = known.get(id);
  if (position === undefined) throw noSuch(resource.name, id, param);
  return position;
}

function wholeNumber(param: string, text: string): number {
  if (!/^-?\d{1,15}$/.test(text)) throw invalidParameter(param, `Invalid integer: ${text}`);
  return Number(text);
}
