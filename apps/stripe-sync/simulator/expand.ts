/** `expand[]`: ids in an answer replaced by the objects they name, along dotted paths. */
import type { Account } from "./account.ts";
import { invalidParameter } from "./refusals.ts";
import { findObject } from "./resources.ts";

const deepest = 4;

type Tree = Record<string, unknown>;

/** The paths of `expand[]=…` and `expand[0]=…`. */
export function expandPaths(query: URLSearchParams): readonly string[] {
  return [...query].filter(([name]) => /^expand\[\d*\]$/.test(name)).map(([, path]) => path);
}

/**
 * A copy of an answer with what was asked for filled in.
 *
 * @throws Refusal where no object on the way has such a field, or the path is deeper than Stripe's four levels.
 */
export function expand(account: Account, answer: object, paths: readonly string[]): unknown {
  return paths.reduce<unknown>((expanded, path) => {
    const segments = path.split(".");
    if (segments.length > deepest) throw invalidParameter("expand", "You cannot expand more than 4 levels.");
    const seen = { field: false };
    const result = along(account, expanded, segments, seen);
    if (!seen.field) throw invalidParameter("expand", `This property cannot be expanded (${path}).`);
    return result;
  }, answer);
}

function along(
  account: Account,
  value: unknown,
  segments: readonly string[],
  seen: { field: boolean },
): unknown {
  const [segment, ...rest] = segments;
  if (segment === undefined) return value;
  if (Array.isArray(value)) {
    // An empty page has nothing to tell a wrong path by.
    if (value.length === 0) seen.field = true;
    return value.map((item) => along(account, item, segments, seen));
  }
  if (typeof value !== "object" || value === null || !(segment in value)) return value;
  const field = (value as Tree)[segment];
  if (rest.length === 0) seen.field = true;
  const filled = typeof field === "string" ? (findObject(account, field) ?? field) : field;
  // A field without a value has nothing below it either, which is no mistake of the caller's.
  if (filled === null) seen.field = true;
  return { ...value, [segment]: along(account, filled, rest, seen) };
}
