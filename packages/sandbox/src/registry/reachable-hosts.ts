/** Which hosts the real Cloud could never reach: this machine, and networks that nobody outside is in. */
import { BlockList, isIP } from "node:net";

const privateNetworks = new BlockList();
for (const [network, prefix] of [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.0.2.0", 24],
  ["192.88.99.0", 24],
  ["192.168.0.0", 16],
  ["198.18.0.0", 15],
  ["198.51.100.0", 24],
  ["203.0.113.0", 24],
  // Groups, what is reserved, and everybody at once.
  ["224.0.0.0", 3],
] as const)
  privateNetworks.addSubnet(network, prefix, "ipv4");
// For experiments, for examples, and what wraps an address of the other kind, this machine's too.
for (const [network, prefix] of [
  ["2001::", 23],
  ["2001:db8::", 32],
  ["2002::", 16],
  ["3fff::", 20],
] as const)
  privateNetworks.addSubnet(network, prefix, "ipv6");

/** All that is handed out to anybody in the world, of IPv6. */
const worldwide = new BlockList();
worldwide.addSubnet("2000::", 3, "ipv6");

/** Names that no public name server knows. */
const privateNames =
  /(^|\.)(localhost|localdomain|local|internal|intranet|private|corp|home|lan|arpa|onion|test|invalid|example)$/;

/** Names and addresses of this machine that plain http is taken for while developing. */
const thisMachine = new Set(["localhost", "127.0.0.1", "[::1]"]);

/** Whether a host of a URL is this machine under one of its ordinary names. */
export function isThisMachine(hostname: string): boolean {
  return thisMachine.has(hostname);
}

/**
 * Whether a host of a URL can be public: not this machine, no private network, a name with a domain.
 *
 * @param hostname as the URL parser gives it: lower case, addresses in one form, IPv6 in brackets.
 * @example
 * ```ts
 * canBePublic("app.acme.com"); // true
 * canBePublic("192.168.1.5"); // false
 * ```
 */
export function canBePublic(hostname: string): boolean {
  const host = hostname.replace(/^\[|\]$/g, "").replace(/\.$/, "");
  const version = isIP(host);
  if (version === 0) return host.includes(".") && !privateNames.test(host);
  if (version === 4) return !privateNetworks.check(host, "ipv4");
  return worldwide.check(host, "ipv6") && !privateNetworks.check(host, "ipv6");
}
