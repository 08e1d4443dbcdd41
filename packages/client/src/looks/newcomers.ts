/** Was a record made that carries nothing of the caller's? By who has come since it was sent. */

/** `result` is the one that has come. */
export type NewcomerSighting<Item> =
  | { readonly sight: "done"; readonly result: Item }
  | { readonly sight: "absent" | "unclear" };

/**
 * Decides by the records that look like the one that was asked for. Several newcomers are somebody else's too, and
 * nobody can tell which.
 *
 * @param before the ids of those that were there before; undefined when nobody could look
 */
export function sightNewcomer<Item>(
  alike: readonly Item[],
  idOf: (item: Item) => string,
  before: readonly string[] | undefined,
): NewcomerSighting<Item> {
  if (before === undefined) return { sight: "unclear" };
  const newcomers = alike.filter((item) => !before.includes(idOf(item)));
  const [result] = newcomers;
  if (result === undefined) return { sight: "absent" };
  return newcomers.length === 1 ? { sight: "done", result } : { sight: "unclear" };
}
