/**
 * How a framed page learns whether the dashboard around it is dark or light, of which the platform says nothing
 * (chosen values, contract section 7): the page asks its parent, the dashboard answers, and tells it again whenever
 * the user changes it. Both are messages between windows, and each side looks at where one came from before it looks
 * at what it says. A page that never asks is told nothing, and one that is not framed follows the system.
 */
import { cloudFrameAncestors } from "../cloud/embedding.ts";
import { fieldOf } from "./window-messages.ts";

/** The two schemes. */
export type ColorScheme = "dark" | "light";

/** `type` of the two messages. The answer carries the scheme as `scheme`. */
export const colorSchemeMessage = {
  asked: "annex:color-scheme?",
  told: "annex:color-scheme",
} as const;

/**
 * The answer to a page that asked.
 *
 * @example
 * ```ts
 * frame.contentWindow?.postMessage(colorSchemeTold("dark"), origin);
 * ```
 */
export function colorSchemeTold(scheme: ColorScheme) {
  return { type: colorSchemeMessage.told, scheme } as const;
}

/**
 * Whether a message is the question of a framed page. Whose it is has to be looked at first.
 *
 * @example
 * ```ts
 * if (event.source === frame.contentWindow && asksColorScheme(event.data)) answer();
 * ```
 */
export function asksColorScheme(message: unknown): boolean {
  return fieldOf(message, "type") === colorSchemeMessage.asked;
}

/**
 * The scheme in an answer, or `undefined` when the message is none. Whose it is has to be looked at first.
 *
 * @example
 * ```ts
 * colorSchemeIn({ type: "annex:color-scheme", scheme: "dark" }); // "dark"
 * ```
 */
export function colorSchemeIn(message: unknown): ColorScheme | undefined {
  if (fieldOf(message, "type") !== colorSchemeMessage.told) return undefined;
  const scheme = fieldOf(message, "scheme");
  return scheme === "dark" || scheme === "light" ? scheme : undefined;
}

/**
 * Whether an origin is a dashboard's: one of the real Cloud's, or a local one on this machine.
 *
 * @example
 * ```ts
 * isDashboardOrigin("https://eu.blnkfinance.com");     // true
 * isDashboardOrigin("http://127.0.0.1:4400");          // true
 * isDashboardOrigin("https://blnkfinance.com.evil.io"); // false
 * ```
 */
export function isDashboardOrigin(origin: string): boolean {
  if (!URL.canParse(origin)) return false;
  const { protocol, hostname, origin: read } = new URL(origin);
  if (read !== origin) return false;
  if (isLoopback(hostname)) return protocol === "http:" || protocol === "https:";
  return cloudFrameAncestors.some((allowed) => matchesAncestor(allowed, protocol, hostname, origin));
}

function isLoopback(hostname: string): boolean {
  return hostname === "localhost" || hostname === "[::1]" || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}

function matchesAncestor(allowed: string, protocol: string, hostname: string, origin: string): boolean {
  const [scheme, host] = allowed.split("://*.");
  if (host === undefined) return origin === allowed;
  return protocol === `${scheme}:` && hostname.endsWith(`.${host}`) && new URL(origin).port === "";
}
