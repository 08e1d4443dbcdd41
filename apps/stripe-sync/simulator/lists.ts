/** Lists as Stripe pages them: newest first, filtered, cut by a cursor, with `has_more`. */
import type { Account } from "./account.ts";
import { invalidParameter, noSuch, unknownParameter } from "./refusals.ts";
import type { Resource, StripeObject } from "./resources.ts";

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
  const matching = newestFirst(resource.objects(account)).filter((object) =>
    matches(resource, account, object, query),
  );
  return { object: "list", ...cut(resource, matching, query), url: `/v1/${resource.path}` };
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

/** Objects are kept in the order they came to be; among those of one second the later one comes first. */
function newestFirst(objects: readonly StripeObject[]): readonly StripeObject[] {
  return [...objects].reverse().sort((one, other) => Number(other["created"]) - Number(one["created"]));
}

function matches(
  resource: Resource,
  account: Account,
  object: StripeObject,
  query: URLSearchParams,
): boolean {
  return [...query].every(([name, value]) => {
    if (name === "payout") return account.payoutContents.get(value)?.has(object.id) ?? false;
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
  if (before !== null) {
    const end = positionOf(resource, objects, before, "ending_before");
    const start = Math.max(0, end - limit);
    return { data: objects.slice(start, end), has_more: start > 0 };
  }
  const start = after === null ? 0 : positionOf(resource, objects, after, "starting_after") + 1;
  return { data: objects.slice(start, start + limit), has_more: start + limit < objects.length };
}

function limitIn(query: URLSearchParams): number {
  const text = query.get("limit");
  if (text === null) return 10;
  const limit = wholeNumber("limit", text);
  if (limit < 1 || limit > 100)
    throw invalidParameter("limit", "Invalid integer: limit must be from 1 to 100.");
  return limit;
}

function positionOf(resource: Resource, objects: readonly StripeObject[], id: string, param: string): number {
  const position = objects.findIndex((object) => object.id === id);
  if (position < 0) throw noSuch(resource.name, id, param);
  return position;
}

function wholeNumber(param: string, text: string): number {
  if (!/^-?\d{1,15}$/.test(text)) throw invalidParameter(param, `Invalid integer: ${text}`);
  return Number(text);
}
