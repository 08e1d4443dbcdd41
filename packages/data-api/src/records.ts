import { raw } from "sql-template-tag";
import { collections, type DataCollection, type Field, noTime, type Shown } from "./collections.ts";
import { withoutEra } from "./times.ts";

/**
 * The Data API's records as JSON text, in the shapes of Core's own lists (core-ledger 5, 6.1, 7.5, 14.1) but
 * with everything that is stored. Numbers go out digit by digit as the database wrote them, never through a
 * double, except where Core itself has a double (a transaction's `amount`).
 */

/** A row as our SELECT lists give it: every column as text. */
export type TextRow = Readonly<Record<string, unknown>>;

const isHold = "meta_data -> 'inflight' = 'true'::jsonb";

/** The columns each collection's record is made of, as a SELECT list. */
export const selections = ofEach(({ fields }) =>
  raw(
    Object.entries(fields)
      .flatMap(([name, field]) => selected(name, field) ?? [])
      .join(", "),
  ),
);

function ofEach<T>(make: (collection: (typeof collections)[DataCollection]) => T): Record<DataCollection, T> {
  const made = Object.entries(collections).map(([name, collection]) => [name, make(collection)] as const);
  return Object.fromEntries(made) as Record<DataCollection, T>;
}

/** A column as text; the mark of a hold is taken out of a transaction's metadata. */
function selected(name: string, field: Field): string | undefined {
  if ("isMark" in field) return `CASE WHEN ${isHold} THEN 'true' ELSE 'false' END AS "${name}"`;
  if ("always" in field) return undefined;
  if (field.shown === "metadata without mark")
    return `CASE WHEN ${isHold} THEN (meta_data - 'inflight')::text ELSE meta_data::text END AS "${name}"`;
  switch (field.kind) {
    case "text":
      return `"${name}"`;
    case "time":
    case "date":
      return `to_char("${name}", 'YYYY-MM-DD"T"HH24:MI:SS.US BC') AS "${name}"`;
    default:
      return `"${name}"::text AS "${name}"`;
  }
}

/** A value as JSON text; undefined leaves it out. */
type Encode = (stored: unknown) => string | undefined;

const encoders: Readonly<Record<Shown, Encode>> = {
  text: (stored) => JSON.stringify(typeof stored === "string" ? stored : ""),
  "text unless empty": (stored) =>
    typeof stored === "string" && stored !== "" ? JSON.stringify(stored) : undefined,
  digits: (stored) => (typeof stored === "string" && /^-?\d+(\.\d+)?$/.test(stored) ? stored : "0"),
  double,
  flag: String,
  time: timestamp,
  "time or null": (stored) => (stored === null ? "null" : timestamp(stored)),
  "time unless empty": (stored) => (stored === null ? undefined : timestamp(stored)),
  json: (stored) => (typeof stored === "string" ? stored : "null"),
  list: (stored) => (typeof stored === "string" ? stored : "[]"),
  "metadata without mark": (stored) =>
    typeof stored === "string" && stored !== "{}" && stored !== "null" ? stored : undefined,
};

/** A number that Core keeps as a double; it prints doubles as JavaScript does (core-ledger 2.2). */
function double(stored: unknown): string {
  const number = Number(stored ?? 0);
  return Number.isFinite(number) ? JSON.stringify(number) : "0";
}

/** RFC 3339 with the fraction's trailing zeros trimmed (core-ledger 2.4). */
function timestamp(stored: unknown): string {
  return typeof stored === "string" ? `"${withoutEra(stored).replace(/\.?0+$/, "")}Z"` : noTime;
}

const shown = ofEach(({ fields }) =>
  Object.entries(fields).map(([name, field]): readonly [name: string, encode: Encode] => {
    if ("always" in field) return [name, () => field.always];
    return [name, "isMark" in field ? String : encoders[field.shown]];
  }),
);

/** One record as JSON text. */
export function recordJson(collection: DataCollection, row: TextRow): string {
  const members = shown[collection].flatMap(([name, encode]) => {
    const json = encode(row[name]);
    return json === undefined ? [] : [`"${name}":${json}`];
  });
  return escapedForHtml(`{${members.join(",")}}`);
}

const unsafeInHtml: Readonly<Record<string, string>> = {
  "<": "\\u003c",
  ">": "\\u003e",
  "&": "\\u0026",
  "\u2028": "\\u2028",
  "\u2029": "\\u2029",
};

/** As Core writes strings: these characters never stand outside of one (core-ledger 2.1). */
function escapedForHtml(json: string): string {
  return json.replace(/[<>&\u2028\u2029]/g, (character) => unsafeInHtml[character] ?? character);
}
