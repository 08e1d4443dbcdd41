/** JSON as people read it, every digit kept. */
import { parseExactJson, stringifyExactJson } from "@annex/protocol";

/**
 * JSON text with line breaks; text that is not JSON stays as it is.
 *
 * @example
 * ```ts
 * prettyJson("[1]"); // on three lines
 * ```
 */
export function prettyJson(text: string): string {
  try {
    return stringifyExactJson(parseExactJson(text), 2);
  } catch {
    return text;
  }
}

/** The named parts of an object or list, or `undefined` for what has none. */
export function entriesOf(value: unknown): readonly (readonly [string, unknown])[] | undefined {
  return typeof value === "object" && value !== null ? Object.entries(value) : undefined;
}

/** How deep a tree is shown as a tree; what lies below stands there as text, since a browser's own nesting ends. */
export const deepestBranch = 12;

/** A value as one text: its own when it is a text, else JSON. */
export function jsonText(value: unknown): string {
  return typeof value === "string" ? value : stringifyExactJson(value ?? null);
}
