/**
 * Addresses to fetch an upload from (contract section 15.1). None is ever fetched: no host is on the white list.
 * What is told apart is why an address is refused, by the rules of Go's address parser.
 */

/** Why an address is refused: it can't be read, has another scheme than the web's, or names a host. */
export type AddressFault = "invalid" | "scheme" | "host";

/** The fault of an address; every address has one. */
export function addressFault(url: string): AddressFault {
  if (/\p{Cc}/u.test(url)) return "invalid";
  const [, address = "", fragment = ""] = /^([^#]*)#?(.*)$/s.exec(url) ?? [];
  const [, scheme, rest = address] = /^([a-z][a-z0-9+.-]*):(.*)$/is.exec(address) ?? [];
  const { authority, path } = partsOf(rest.replace(/\?.*$/s, ""), scheme !== undefined);
  const host = authority === undefined ? "" : hostOf(authority);
  if (host === undefined || !isEscaped(fragment) || !isEscaped(path)) return "invalid";
  if (scheme === undefined) return /^[^/?]*:/.test(address) ? "invalid" : "scheme";
  if (!/^https?$/i.test(scheme)) return "scheme";
  return host.trim() === "" ? "invalid" : "host";
}

/** What stands before a path; an opaque rest (`mailto:a@b`) has neither. */
function partsOf(rest: string, hasScheme: boolean): { readonly authority?: string; readonly path: string } {
  if (rest.startsWith("//") && (hasScheme || !rest.startsWith("///"))) {
    const end = rest.indexOf("/", 2);
    return end === -1
      ? { authority: rest.slice(2), path: "" }
      : { authority: rest.slice(2, end), path: rest.slice(end) };
  }
  return { path: hasScheme && !rest.startsWith("/") ? "" : rest };
}

/** The host of `user:password@host:port`, without its port; undefined for one that can't be read. */
function hostOf(authority: string): string | undefined {
  const at = authority.lastIndexOf("@");
  const user = authority.slice(0, Math.max(at, 0));
  const [, host, port = ""] = /^(\[.*\]|[^:]*(?:.*(?=:))?)(:.*)?$/s.exec(authority.slice(at + 1)) ?? [];
  if (host === undefined || !/^(:\d*)?$/.test(port)) return undefined;
  if (!/^[\w\-.:~!$&'()*+,;=%@]*$/.test(user) || !isEscaped(user)) return undefined;
  return isHost(host) ? host : undefined;
}

/** Letters, digits and some signs; only bytes beyond ASCII, or a zone's `%25`, may be escaped. */
function isHost(host: string): boolean {
  if (host.startsWith("[")) return /^\[[0-9a-f:.]+(?:%25.+)?\]$/i.test(host);
  return /^(?:[^\0-\x7F]|[\w\-.~!$&'()*+,;=:[\]<>"]|%25|%[89a-f][0-9a-f])*$/i.test(host);
}

function isEscaped(text: string): boolean {
  return !/%(?![0-9a-f]{2})/i.test(text);
}
