/** Were these fields tokenized? The identity's list of them tells. */

/** What is left to be tokenized. */
export type TokenizationSighting<Field> =
  | { readonly sight: "done" }
  | { readonly sight: "absent" }
  | { readonly sight: "part"; readonly rest: readonly Field[] };

/** Decides by the names of the fields that are tokens now. */
export function sightTokenization<Field extends string>(
  fields: readonly Field[],
  tokenized: readonly string[],
): TokenizationSighting<Field> {
  const rest = fields.filter((field) => !tokenized.includes(field));
  if (rest.length === fields.length) return { sight: "absent" };
  return rest.length === 0 ? { sight: "done" } : { sight: "part", rest };
}
