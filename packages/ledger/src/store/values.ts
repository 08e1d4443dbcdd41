/**
 * Values as PostgreSQL sends them, read alike on both engines: numbers only where none is lost, JSON parsed, and
 * everything else (amounts, big integers, times) as its text.
 */

/** The object ids of PostgreSQL's types that are not left as text. */
const typeIds = {
  boolean: 16,
  smallint: 21,
  integer: 23,
  json: 114,
  real: 700,
  doublePrecision: 701,
  jsonb: 3802,
} as const;

const readers: ReadonlyMap<number, (text: string) => unknown> = new Map([
  [typeIds.boolean, (text: string): unknown => text === "t"],
  [typeIds.smallint, Number],
  [typeIds.integer, Number],
  [typeIds.real, Number],
  [typeIds.doublePrecision, Number],
  [typeIds.json, (text: string) => JSON.parse(text) as unknown],
  [typeIds.jsonb, (text: string) => JSON.parse(text) as unknown],
]);

const asText = (text: string): unknown => text;

/** How texts of a type, by its object id, are read. */
export function readerOf(typeId: number): (text: string) => unknown {
  return readers.get(typeId) ?? asText;
}
