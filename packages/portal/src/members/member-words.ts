/**
 * A member in words, where there are any: "you", or that nobody was named. Cloud tells an app the ids of members and
 * nothing else of them. Pure.
 *
 * @param reader the member who reads
 */
export function memberWords(id: string | undefined, reader: string | undefined): string | undefined {
  if (id === undefined) return "a member";
  return id === reader ? "you" : undefined;
}
