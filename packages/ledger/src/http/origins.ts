/**
 * Web pages at a ledger without a key. Whoever can reach such a ledger may use it, and on a developer's machine
 * that is every page his browser opens: a form or a `text/plain` request needs nobody's leave to be sent. So what
 * a page sends is told by its headers and refused, unless the page is the ledger's own address; and so is a name
 * of the public net in `Host`, since somebody else may let it point here.
 */
import { CoreFailure } from "./errors.ts";

/**
 * Lets requests pass that no foreign page has sent.
 *
 * @param headers by lower-case name
 * @throws CoreFailure AUTH_INSUFFICIENT_PERMISSIONS
 */
export function refuseForeignPages(headers: Readonly<Record<string, string>>): void {
  const { host, origin, "sec-fetch-site": site = "none" } = headers;
  const foreign = origin !== undefined && origin.replace(/^https?:\/\//, "") !== host;
  if (!foreign && ["none", "same-origin"].includes(site) && (host === undefined || isPrivateName(host)))
    return;
  throw new CoreFailure(
    "AUTH_INSUFFICIENT_PERMISSIONS",
    "A ledger without a key takes nothing from web pages of other origins. Give it a key, or call it from a program.",
  );
}

/** An address, or a name that nobody else can let point here: without a point, or below `localhost` or `internal`. */
function isPrivateName(host: string): boolean {
  const name = host.replace(/:\d+$/, "");
  return /^(\[[0-9a-f:.]+\]|[\d.]+|[^.]+|.+\.(localhost|internal))$/i.test(name);
}
