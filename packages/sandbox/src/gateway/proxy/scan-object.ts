/**
 * Looks into JSON text without rewriting it: which members its first value has, and
 * where its closing brace stands. Amounts can be larger than any number type, so
 * the text itself is what goes on to Core.
 */

/** What is found of a JSON object: the member names as Core reads them, and the offset of the `}`. */
export type ScannedObject = {
  /** Lower-cased names of the members that are not null. Core matches names in any case, and takes null for absent. */
  readonly present: ReadonlySet<string>;
  readonly empty: boolean;
  readonly closing: number;
};

type Scan = { readonly present: Set<string>; members: number; depth: number; name: string | undefined };

/**
 * Scans text that begins with a JSON object; `undefined` for anything else, also for an object that is
 * malformed, which is Core's to refuse.
 *
 * @example
 * ```ts
 * scanObject('{"amount":1,"Precision":null}'); // { present: Set { "amount" }, empty: false, closing: 28 }
 * ```
 */
export function scanObject(text: string): ScannedObject | undefined {
  const start = skipBlanks(text, 0);
  if (text[start] !== "{") return undefined;
  const scan: Scan = { present: new Set(), members: 0, depth: 0, name: undefined };
  let at = start;
  while (at < text.length) {
    const next = step(text, at, scan);
    if (scan.depth === 0) return finished(text.slice(start, next), next - 1, scan);
    at = next;
  }
  return undefined;
}

/** Reads one token and tells where the next begins. */
function step(text: string, at: number, scan: Scan): number {
  const character = text[at];
  if (character === '"') return readText(text, at, scan);
  if (character === "{" || character === "[") scan.depth += 1;
  if (character === "}" || character === "]") scan.depth -= 1;
  return at + 1;
}

function readText(text: string, at: number, scan: Scan): number {
  const end = endOfText(text, at);
  const colon = skipBlanks(text, end);
  if (scan.depth === 1 && text[colon] === ":") {
    scan.members += 1;
    const value = skipBlanks(text, colon + 1);
    const name = nameOf(text.slice(at, end));
    if (name !== undefined && !text.startsWith("null", value)) scan.present.add(name.toLowerCase());
    return value;
  }
  return end;
}

function endOfText(text: string, at: number): number {
  let next = at + 1;
  while (next < text.length && text[next] !== '"') next += text[next] === "\\" ? 2 : 1;
  return next + 1;
}

function skipBlanks(text: string, at: number): number {
  let next = at;
  while (" \t\n\r".includes(text[next] ?? "x")) next += 1;
  return next;
}

function nameOf(quoted: string): string | undefined {
  try {
    return String(JSON.parse(quoted));
  } catch {
    return undefined;
  }
}

function finished(object: string, closing: number, scan: Scan): ScannedObject | undefined {
  try {
    JSON.parse(object);
  } catch {
    return undefined;
  }
  return { present: scan.present, empty: scan.members === 0, closing };
}
