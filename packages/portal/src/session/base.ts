/**
 * Where this portal lies on its host. An app below a path of its own (`ANNEX_PUBLIC_URL=https://example.com/apps/hello`)
 * says so in each page; at the root of a host nothing has to be said.
 */
const USUAL = "/portal";
const NAME = "annex-portal";

/**
 * The path of the portal, without a slash at its end.
 *
 * @example
 * portalBase(); // "/portal", or "/apps/hello/portal"
 */
export function portalBase(page: Document | undefined = globalThis.document): string {
  const told = page?.querySelector(`meta[name="${NAME}"]`)?.getAttribute("content");
  return told ?? USUAL;
}
