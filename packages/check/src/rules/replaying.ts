/** Sending a page's own calls again: as they were, with another tenant's session, or with none. */
import { type Answer, type Exchange, tokenOf } from "../evidence/index.ts";
import { send } from "../world/index.ts";
import type { Seen } from "./portal-seen.ts";

type Swap = readonly [from: string, to: string];

const notSent = new Set([
  "host",
  "connection",
  "content-length",
  "accept-encoding",
  "if-none-match",
  "if-modified-since",
]);
const shortestCredential = 12;

/** The same call once more, with texts swapped in address, headers and body. */
export function replay(call: Exchange, swaps: readonly Swap[] = []): Promise<Answer> {
  const swapped = (text: string) => swaps.reduce((known, [from, to]) => known.replaceAll(from, to), text);
  const headers = Object.entries(call.requestHeaders)
    .filter(([name]) => !name.startsWith(":") && !notSent.has(name))
    .map(([name, value]) => [name, swapped(value)] as const)
    .filter(([, value]) => value !== "");
  const body = call.requestBody === "" ? undefined : swapped(call.requestBody);
  return send(call.method, swapped(call.url), { headers: Object.fromEntries(headers), body });
}

/** What stands for one tenant's session in its requests, and what stands there for the other's. */
export function sessionSwaps(from: Seen, to: Seen): readonly Swap[] {
  const other = new Map(credentialsOf(to));
  return credentialsOf(from).flatMap(([name, value]) => {
    const instead = other.get(name);
    return instead === undefined || instead === value ? [] : [[value, instead] as const];
  });
}

/** Every credential by where it stood; the last one of a kind is the one in use. */
export function credentialsOf(seen: Seen): readonly (readonly [name: string, value: string])[] {
  const links = seen.urls.map((url, place) => [`link ${place}`, tokenOf(url)] as const);
  const sent = seen.exchanges.flatMap(({ requestHeaders, url }) => [
    ...headerCredentials(requestHeaders),
    ...parameterCredentials(url),
  ]);
  return [...links, ...sent, ...storedCredentials(seen)].filter(
    ([, value]) => value.length >= shortestCredential,
  );
}

function headerCredentials(
  headers: Readonly<Record<string, string>>,
): readonly (readonly [string, string])[] {
  const bearer = /^\w+\s+(\S+)$/.exec(headers["authorization"] ?? "")?.[1] ?? "";
  const cookies = (headers["cookie"] ?? "").split("; ").map((one) => {
    const at = one.indexOf("=");
    return [`cookie ${one.slice(0, at)}`, one.slice(at + 1)] as const;
  });
  const own = Object.entries(headers)
    .filter(([name]) => /session|token|auth|csrf/i.test(name) && name !== "authorization")
    .map(([name, value]) => [`header ${name}`, value] as const);
  return [["bearer", bearer], ...cookies, ...own];
}

function parameterCredentials(url: string): readonly (readonly [string, string])[] {
  return [...new URL(url).searchParams]
    .filter(([name]) => /session|token|auth|sid|key/i.test(name))
    .map(([name, value]) => [`parameter ${name}`, value] as const);
}

function storedCredentials({ first, second }: Seen): readonly (readonly [string, string])[] {
  return [first, second].flatMap(({ storage }) => {
    try {
      const [local, session] = JSON.parse(storage) as [[string, string][], [string, string][]];
      return [...local, ...session].map(([name, value]) => [`storage ${name}`, value] as const);
    } catch {
      return [];
    }
  });
}

/** Without any of the tenant's credentials. */
export function withoutSession(seen: Seen): readonly Swap[] {
  return credentialsOf(seen).map(([, value]) => [value, ""] as const);
}
