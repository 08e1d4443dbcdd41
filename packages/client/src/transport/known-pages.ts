/**
 * What a server has shown of its pages, for each collection. Known by the way to the server for as long as the process
 * has one, since a client lives as short as a step: what one walk has found out, none pays for again.
 */

/** What a server has shown of the pages of one collection. */
export type KnownPages = {
  /**
   * The longest it has given. A server that gives fewer than it is asked for gives as many where it has them, so that a
   * shorter page than that is certainly the end.
   */
  longest: number;
  /**
   * It has counted more than the page it gave: its count is of all that match, and no page's own. Not known before a
   * list of two pages was seen.
   */
  counts: boolean;
};

type Collections = Map<string, KnownPages>;
const byWay = new WeakMap<typeof fetch, Map<string, Collections>>();

/** What is known of the collections of the server behind an address, on one way to it. */
export function knownPages(way: typeof fetch, baseUrl: string): (collection: string) => KnownPages {
  const servers = byWay.get(way) ?? new Map<string, Collections>();
  byWay.set(way, servers);
  const collections: Collections = servers.get(baseUrl) ?? new Map();
  servers.set(baseUrl, collections);
  return (collection) => {
    const known = collections.get(collection) ?? { longest: 0, counts: false };
    collections.set(collection, known);
    return known;
  };
}
