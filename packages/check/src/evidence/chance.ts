/** How hard a text is to guess, estimated from the text alone. */
import { partsOf } from "./url-parts.ts";

/** Contract section 6: the least the secret of a URL may hold. A UUID v4, with its 122, is let pass. */
export const leastBits = 120;

const shortestSecret = 10;

/**
 * The most random bits a text of this length over these characters can hold. An estimate from above:
 * what is too short by it is too short for certain.
 *
 * @example
 * ```ts
 * bitsOf("6f1ed002ab5595859014ebf0951522d9"); // 128
 * ```
 */
export function bitsOf(text: string): number {
  const characters = [...text].filter((character) => /[A-Za-z0-9]/.test(character));
  const kinds = new Set(characters);
  if (kinds.size <= 2) return 0;
  return Math.floor(characters.length * Math.log2(alphabetOf(text)));
}

function alphabetOf(text: string): number {
  if (/^[0-9._-]+$/.test(text)) return 10;
  if (/^[0-9a-f._-]+$/i.test(text)) return 16;
  if (/^[a-z2-7._-]+$/.test(text) || /^[A-Z2-7._-]+$/.test(text)) return 32;
  if (/^[0-9a-z._-]+$/.test(text) || /^[0-9A-Z._-]+$/.test(text)) return 36;
  return 64;
}

/**
 * The parts of a URL's path or query that could be its secret: long enough, and no words.
 *
 * @example
 * ```ts
 * secretSegments("https://a.example/cloud/6f1ed002ab559585/callback"); // ["6f1ed002ab559585"]
 * ```
 */
export function secretSegments(url: string): readonly string[] {
  const { pathname, searchParams } = new URL(url);
  const parts = [...pathname.split("/"), ...searchParams.values()].map(decode);
  return parts.filter((part) => part.length >= shortestSecret && !isWords(part));
}

/**
 * The parts of a URL that nobody may learn: those long enough for its secret, and where none is, what could be a short one.
 * The other parts of such a URL only name something.
 *
 * @example
 * ```ts
 * hiddenSegments("https://a.example/stripe-sync-v2/6f1ed002ab5595859014ebf0951522d9/callback"); // the second part
 * ```
 */
export function hiddenSegments(url: string): readonly string[] {
  const parts = secretSegments(url).filter((part) => !isNamed(part));
  const long = parts.filter((part) => bitsOf(part) >= leastBits);
  return long.length > 0 ? long : parts.filter((part) => bitsOf(part) >= leastBits / 2);
}

function isWords(part: string): boolean {
  return /^[a-z]+([-_.][a-z]+)*$/i.test(part);
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

const shortestToken = 6;

/**
 * What looks like the token in one portal URL, where there is no other to hold it against: the longest of its query values, fragment values and path segments that is neither an id
 * of the contract's nor a time, as long as there is one.
 *
 * @example
 * ```ts
 * tokenOf("https://a.example/enter?installation=instapp_4f1c&token=6f1ed002ab559585"); // "6f1ed002ab559585"
 * ```
 */
export function tokenOf(url: string): string {
  const parts = partsOf(url);
  const beside = parts.filter(({ place, value }) => place !== "path" && value.length >= shortestToken);
  const candidates = (beside.length > 0 ? beside : parts).map(({ value }) => value);
  const own = candidates.filter((value) => !isNamed(value));
  return (own.length > 0 ? own : candidates).toSorted((left, right) => right.length - left.length)[0] ?? "";
}

/** What says something to whoever reads it: an id of contract section 1, or a time. */
function isNamed(value: string): boolean {
  return /^(app|instapp|org|inst|instance|user)_/.test(value) || /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d/.test(value);
}

/** So much at least may vary in what is taken for a token beside a longer part that stays: no time and no count does. */
const leastVaryingBits = 64;

/**
 * The tokens in the URLs of several launches of one installation. A URL may hold a longer part that is no token, such as
 * the name of its tenant: what differs from launch to launch is taken before what is long. Of several that differ each time
 * it is any: whoever accuses has to ask the app which.
 */
export function tokensOf(urls: readonly string[]): readonly string[] {
  const places = tokenPlaces(urls).slice(0, 1);
  return urls.map((url) => secretsAt(places, url)[0] ?? "");
}

/**
 * The places of all parts that differ in the URLs of several launches of one installation and could be a token, those that
 * differ most first. Which of several lets somebody in only the app can say.
 */
export function tokenPlaces(urls: readonly string[]): readonly string[] {
  const all = urls.map(valuesOf);
  return [...(all[0]?.keys() ?? [])]
    .map((name) => ({ name, values: all.map((parts) => parts.get(name) ?? "") }))
    .filter(({ values }) => values.every((value) => bitsOf(value) >= leastVaryingBits && !isNamed(value)))
    .map(({ name, values }) => ({ name, different: new Set(values).size }))
    .filter(({ different }) => different > 1)
    .toSorted((left, right) => right.different - left.different)
    .map(({ name }) => name);
}

/**
 * All in a URL that could be its token: what stands at these places, and where nothing does, what looks most like one.
 *
 * @example
 * ```ts
 * secretsAt(["path 2", "query t"], "https://a.example/open/0192f0c1?t=6f1ed002ab559585"); // ["0192f0c1", "6f1ed002ab559585"]
 * ```
 */
export function secretsAt(places: readonly string[], url: string): readonly string[] {
  const parts = valuesOf(url);
  const found = places.map((place) => parts.get(place)).filter((value) => value !== undefined);
  return found.length > 0 ? found : [tokenOf(url)];
}

function valuesOf(url: string): ReadonlyMap<string, string> {
  return new Map(partsOf(url).map(({ name, value }) => [name, value]));
}

/** The names of those parts of the last URL that are not the same in all of them. */
export function varyingParts(urls: readonly string[]): ReadonlySet<string> {
  const all = urls.map(valuesOf);
  const last = [...(all.at(-1) ?? [])];
  return new Set(
    last.filter(([name, value]) => all.some((parts) => parts.get(name) !== value)).map(([name]) => name),
  );
}

/** The parts that are the same in the URLs of several launches, and long enough and no words, so that they could be tokens. */
export function constantParts(urls: readonly string[]): readonly string[] {
  const [first = new Map<string, string>(), ...others] = urls.map(valuesOf);
  return [...first]
    .filter(([place, value]) => others.every((parts) => parts.get(place) === value))
    .map(([, value]) => value)
    .filter((value) => bitsOf(value) >= leastVaryingBits && !isNamed(value) && !isWords(value));
}

/** What all tokens have in common at their beginning and end, and how many places vary between. */
export function sharedShape(tokens: readonly string[]): {
  readonly varying: number;
  readonly bits: number;
} {
  const [first = ""] = tokens;
  let start = 0;
  while (start < first.length && tokens.every((token) => token[start] === first[start])) start += 1;
  const columns = Array.from({ length: first.length - start }, (_, place) =>
    columnBits(tokens.map((token) => token[start + place] ?? "")),
  );
  return {
    varying: columns.filter((bits) => bits > 0).length,
    bits: Math.floor(columns.reduce((sum, bits) => sum + bits, 0)),
  };
}

/** Shannon entropy of one place over many tokens, in bits, with Miller and Madow's correction for few samples. */
function columnBits(column: readonly string[]): number {
  const counts = new Map<string, number>();
  for (const character of column) counts.set(character, (counts.get(character) ?? 0) + 1);
  const plain = [...counts.values()].reduce((sum, count) => {
    const share = count / column.length;
    return sum - share * Math.log2(share);
  }, 0);
  return counts.size === 1 ? 0 : plain + (counts.size - 1) / (2 * column.length * Math.LN2);
}
