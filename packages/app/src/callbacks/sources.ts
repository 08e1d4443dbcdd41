/**
 * Where a request comes from, and whether that may knock at the two doors. The
 * address at the other end of the connection counts; what a header says of an
 * earlier one counts only from a proxy that is trusted. Contract section 6.
 */
import type { Exchange } from "../http/exchange.ts";

/** Whether an address is among some. */
type Networks = (address: string) => boolean;

/** What decides about sources; absent lists mean everybody, and nobody. */
export type SourceRules = {
  readonly allowed: Networks | undefined;
  readonly trustedProxies: Networks | undefined;
};

/** Addresses are looked at from the nearest on, and no further than this. */
const mostProxies = 20;

/**
 * The address a request comes from: the nearest one that is no trusted proxy.
 *
 * @returns `undefined` where nobody says, as in a runtime that hides connections.
 * @example
 * ```ts
 * // The proxy 10.0.0.5 is trusted and adds the address it heard from.
 * sourceOf(exchange, isTrusted); // peer 10.0.0.5, X-Forwarded-For "1.2.3.4, 161.35.166.95" → "161.35.166.95"
 * ```
 */
export function sourceOf(
  exchange: Pick<Exchange, "peer" | "header">,
  isTrusted: Networks | undefined,
): string | undefined {
  const peer = exchange.peer();
  if (peer === undefined || isTrusted === undefined || !isTrusted(peer)) return peer;
  const forwarded = exchange.header("x-forwarded-for")?.split(",").slice(-mostProxies) ?? [];
  // Each proxy adds at the end whom it heard from; what stands before a stranger is only what the stranger says.
  const hops = forwarded.map(withoutPort).reverse();
  return hops.find((address) => !isTrusted(address)) ?? hops.at(-1) ?? peer;
}

/** Whether a request may knock. Where there is a list and no address, it may not. */
export function mayKnock(
  exchange: Pick<Exchange, "peer" | "header">,
  { allowed, trustedProxies }: SourceRules,
): boolean {
  if (allowed === undefined) return true;
  const source = sourceOf(exchange, trustedProxies);
  return source !== undefined && allowed(source);
}

// Some proxies write `1.2.3.4:5678` and `[2001:db8::1]:5678`.
function withoutPort(text: string): string {
  const address = text.trim();
  const bracketed = /^\[([^\]]*)\](?::\d+)?$/.exec(address)?.[1];
  if (bracketed !== undefined) return bracketed;
  return /^\d+\.\d+\.\d+\.\d+:\d+$/.test(address) ? address.slice(0, address.lastIndexOf(":")) : address;
}
