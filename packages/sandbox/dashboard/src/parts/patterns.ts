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
