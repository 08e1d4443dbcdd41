/** The parts of a URL that may be what lets somebody in, and the same URL with others in their places. */

/**
 * One value of a URL. `name` tells it from the others of the same URL and is the same in the URLs of other launches.
 * Values that have a name in the query or the fragment are decoded, others stand as they are.
 */
export type Part = {
  readonly place: "query" | "fragment" | "path";
  readonly name: string;
  readonly value: string;
};

/**
 * Each part of a URL that could be a token.
 *
 * @example
 * ```ts
 * partsOf("https://a.example/enter?token=aGk%3D").at(-1); // { place: "query", name: "query token", value: "aGk=" }
 * ```
 */
export function partsOf(url: string): readonly Part[] {
  const parts: Part[] = [];
  withParts(url, (part) => {
    parts.push(part);
    return part.value;
  });
  return parts;
}

/** The same URL with another value in each place where one is given; all else stays to the letter. */
export function withParts(url: string, other: (part: Part) => string): string {
  const { origin, pathname, search, hash } = new URL(url);
  const path = pathname
    .split("/")
    .map((value, index) => other({ place: "path", name: `path ${index}`, value }))
    .join("/");
  const query = withPairs("query", search.slice(1), other);
  const fragment = withPairs("fragment", hash.slice(1), other);
  return `${origin}${path}${query === "" ? "" : `?${query}`}${fragment === "" ? "" : `#${fragment}`}`;
}

/** Whether an address holds a token, encoded or as it is. */
export function holds(address: string, token: string): boolean {
  return address.includes(token) || address.includes(encodeURIComponent(token));
}

function withPairs(place: "query" | "fragment", text: string, other: (part: Part) => string): string {
  if (text === "") return "";
  const pairs = text.split("&").map((pair) => {
    // What ends with its only "=" is a value with its padding, or has none.
    const [, name = "", written = pair] = /^([^=]+)=(.*[^=].*)$/.exec(pair) ?? [];
    const value = name === "" ? written : decoded(written);
    const given = other({ place, name: `${place} ${decoded(name)}`, value });
    if (given === value) return pair;
    return name === "" ? given : `${name}=${encodeURIComponent(given)}`;
  });
  return pairs.join("&");
}

function decoded(text: string): string {
  return new URLSearchParams(`value=${text}`).get("value") ?? text;
}
