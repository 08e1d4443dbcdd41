/** Small texts: shortened ids, counts with their noun, pretty JSON. */
import { parseExactJson, stringifyExactJson } from "@annex/protocol";

/**
 * An id short enough for a table, still recognisable; the whole one is in its tooltip and its copy button.
 *
 * @example
 * ```ts
 * shortId("txn_5ce86029-3c2e-4e2a-aae2-7fb931ca4c4f"); // "txn_5ce86029…4c4f"
 * shortId("@World-USD");                               // "@World-USD"
 * ```
 */
export function shortId(id: string): string {
  return id.length <= 22 ? id : `${id.slice(0, 12)}…${id.slice(-4)}`;
}

/**
 * A count and its noun.
 *
 * @example
 * ```ts
 * counted(1, "transaction"); // "1 transaction"
 * counted(1200, "balance");  // "1,200 balances"
 * counted(2, "identity", "identities"); // "2 identities"
 * ```
 */
export function counted(count: number, singular: string, plural = `${singular}s`): string {
  return `${count.toLocaleString("en")} ${count === 1 ? singular : plural}`;
}

/** JSON text with line breaks, every digit kept; text that is not JSON stays as it is. */
export function prettyJson(text: string): string {
  try {
    return stringifyExactJson(parseExactJson(text), 2);
  } catch {
    return text;
  }
}

/**
 * The SQL pattern that finds a text anywhere, with the text's own wildcards taken literally.
 *
 * @example
 * ```ts
 * containsPattern("ch_1"); // "%ch\\_1%"
 * ```
 */
export function containsPattern(text: string): string {
  return `%${text.replace(/[\\%_]/g, (character) => `\\${character}`)}%`;
}
