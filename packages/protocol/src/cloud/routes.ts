/** Which routes the Cloud API has for an app, and the scope each wants. Contract section 8. */
import type { Scope } from "./scopes.ts";

/** Collections of the Data API. */
export const dataCollections = [
  "ledgers",
  "balances",
  "transactions",
  "identities",
  "reconciliations",
  "matching-rules",
  "external-transactions",
] as const;
/** One collection of the Data API, as it stands in the path. */
export type DataCollection = (typeof dataCollections)[number];

/** Collections of the Filters API, as they stand in the path: two of them are singular. */
export const filterCollections = [
  "ledger",
  "balances",
  "transactions",
  "identities",
  "reconciliation",
] as const;
/** One collection of the Filters API, as it stands in the path. */
export type FilterCollection = (typeof filterCollections)[number];

/** One route that the Proxy passes on to Core; `:name` stands for one path segment. */
export type ProxyRoute = {
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  readonly path: string;
  readonly scope: Scope;
};

const read = (path: string): ProxyRoute => ({ method: "GET", path, scope: "data:read" });
/** Core's own searches: a POST that changes nothing, hence a read. */
const search = (path: string): ProxyRoute => ({ method: "POST", path, scope: "data:read" });
const write = (method: "POST" | "PUT" | "DELETE", path: string): ProxyRoute => ({
  method,
  path,
  scope: "data:write",
});

/** Every route of the Proxy, reads first. What is not here answers 404 `not_found`. */
export const proxyRoutes: readonly ProxyRoute[] = [
  read("/ledgers"),
  read("/ledgers/:id"),
  read("/balances"),
  read("/balances/:id"),
  read("/balances/:id/at"),
  read("/balances/:id/lineage"),
  read("/balances/indicator/:indicator/currency/:currency"),
  read("/transactions"),
  read("/transactions/:id"),
  read("/transactions/:id/lineage"),
  read("/transactions/reference/:reference"),
  read("/identities"),
  read("/identities/:id"),
  read("/identities/:id/tokenized-fields"),
  read("/identities/:id/detokenize/:field"),
  read("/reconciliation/:id"),
  search("/ledgers/filter"),
  search("/balances/filter"),
  search("/transactions/filter"),
  search("/identities/filter"),
  write("POST", "/ledgers"),
  write("POST", "/balances"),
  write("PUT", "/balances/:id/identity"),
  write("POST", "/transactions"),
  write("POST", "/transactions/bulk"),
  write("PUT", "/transactions/inflight/:id"),
  write("POST", "/refund-transaction/:id"),
  write("POST", "/identities"),
  write("PUT", "/identities/:id"),
  write("POST", "/identities/:id/tokenize"),
  write("POST", "/identities/:id/tokenize/:field"),
  write("POST", "/identities/:id/detokenize"),
  write("POST", "/:id/metadata"),
  write("POST", "/reconciliation/upload"),
  write("POST", "/reconciliation/start"),
  write("POST", "/reconciliation/start-instant"),
  write("POST", "/reconciliation/matching-rules"),
  write("PUT", "/reconciliation/matching-rules/:id"),
  write("DELETE", "/reconciliation/matching-rules/:id"),
];

const matchers = proxyRoutes.map((route) => ({
  route,
  pattern: new RegExp(`^${route.path.replace(/:[a-z]+/g, "[^/]+")}$`),
}));

/**
 * The route a request to the Proxy means, or `undefined` where there is none.
 *
 * @param path path below `/proxy`, without the query.
 * @example
 * ```ts
 * matchProxyRoute("PUT", "/transactions/inflight/txn_1")?.scope; // "data:write"
 * matchProxyRoute("DELETE", "/ledgers/ldg_1");                   // undefined
 * ```
 */
export function matchProxyRoute(method: string, path: string): ProxyRoute | undefined {
  return matchers.find(({ route, pattern }) => route.method === method && pattern.test(path))?.route;
}
