/**
 * What is known of a server's pages: the longest it has given of each collection. A server that gives fewer than it is
 * asked for gives as many where it has them, so that a shorter page than that is certainly the end. Known by the way to
 * the server, since a client lives as short as a step: only the first walks pay for finding out.
 */

/** The longest page of one collection that a server has given. */
export type KnownPages = { longest: number };

type Collections = Map<string, KnownPages>;
const byWay = new WeakMap<typeof fetch, Map<string, Collections>>();

/** What is known of the collections of the server behind an address, on one way to it. */
export function knownPages(way: typeof fetch, baseUrl: string): (collection: string) => KnownPages {
  const servers = byWay.get(way) ?? new Map<string, Collections>();
  byWay.set(way, servers);
  const collections: Collections = servers.get(baseUrl) ?? new Map();
  servers.set(baseUrl, collections);
  return (collection) => {
    const known = collections.get(collection) ?? { longest: 0 };
    collections.set(collection, known);
    return known;
  };
}
