/**
 * Which cookies a request carried. Of a frame from elsewhere Chromium doesn't tell, only which there are when the answer has
 * come: what its own answer was the first to give it did not carry yet.
 */

/** When an answer first gave each cookie of a browser's profile, by its name and value. */
const given = new WeakMap<object, Map<string, number>>();

/** Remembers the Set-Cookie headers of an answer that began to come then. */
export function noteGiven(profile: object, setCookies: readonly string[], at: number): void {
  const known = given.get(profile) ?? new Map<string, number>();
  given.set(profile, known);
  for (const header of setCookies) {
    const pair = header.split(";")[0]?.trim() ?? "";
    known.set(pair, Math.min(at, known.get(pair) ?? at));
  }
}

/**
 * Of the cookies there are, those that a request carried which was asked for then, as its header.
 *
 * @example
 * ```ts
 * carriedOf(profile, [{ name: "session", value: "6f1e" }], began); // { cookie: "session=6f1e" }
 * ```
 */
export function carriedOf(
  profile: object,
  there: readonly { readonly name: string; readonly value: string }[],
  began: number,
): { readonly cookie?: string } {
  const known = given.get(profile);
  const pairs = there
    .map(({ name, value }) => `${name}=${value}`)
    .filter((pair) => (known?.get(pair) ?? began) <= began);
  return pairs.length === 0 ? {} : { cookie: pairs.join("; ") };
}
