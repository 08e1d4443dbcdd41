/** Sending a page's own calls again: as they were, with another tenant's session, or with none. */
import {
  type Answer,
  bitsOf,
  type Exchange,
  partsOf,
  secretsAt,
  tokenPlaces,
  withParts,
} from "../../evidence/index.ts";
import { send } from "../../world/index.ts";
import type { Seen } from "./seen.ts";

type Swap = readonly [from: string, to: string];

const notSent = new Set([
  "host",
  "connection",
  "content-length",
  "accept-encoding",
  "if-none-match",
  "if-modified-since",
]);
/** Headers that differ from request to request and say nothing of a session. */
const ofTheMoment =
  /^(host|connection|content-|accept|user-agent|referer|origin|cache-control|pragma|sec-|if-|date|trace|x-request-id|x-correlation-id|upgrade-|priority|dnt)/;
const shortestCredential = 12;
const leastPathBits = 80;

/** Whatever a call says of who makes it: cookies, headers, and what has a credential's name. */
export function credentialsIn(call: Exchange): readonly string[] {
  return [
    ...headerCredentials(call.requestHeaders),
    ...parameterCredentials(call.url),
    ...bodyCredentials(call.requestBody),
  ].map(([, value]) => value);
}

/** Every value in a call's headers, address and body. */
export function valuesIn(call: Exchange): readonly string[] {
  const ofAddress = partsOf(call.url).map(({ value }) => value);
  return [...credentialsIn(call), ...ofAddress, ...(call.requestBody.match(/[\w+/.=~-]+/g) ?? [])];
}

/** What stands in a call's address and is hard to guess, whatever it is for. */
export function hardToGuessIn({ url }: Exchange): readonly string[] {
  return partsOf(url)
    .map(({ value }) => value)
    .filter((value) => bitsOf(value) >= leastPathBits);
}

/** The same call once more. */
export function replay(call: Exchange): Promise<Answer> {
  return send(call.method, call.url, { headers: sentHeaders(call), body: call.requestBody || undefined });
}

/**
 * The call with texts swapped in address, headers and body.
 *
 * @returns nothing where there is nothing to swap: whatever came back would rightly be the tenant's own.
 */
export function swapped(call: Exchange, swaps: readonly Swap[]): Exchange | undefined {
  const other = (text: string) => swaps.reduce((known, [from, to]) => known.replaceAll(from, () => to), text);
  const requestHeaders = Object.fromEntries(
    Object.entries(call.requestHeaders)
      .map(([name, value]) => [name, other(value)] as const)
      .filter(([, value]) => value !== "" && !/^\w+\s+$/.test(value)),
  );
  const changed = {
    ...call,
    url: other(otherInAddress(call.url, other)),
    requestHeaders,
    requestBody: otherInForm(other(call.requestBody), swaps),
  };
  return requestOf(changed) === requestOf(call) ? undefined : changed;
}

/** In each part of an address, however much of that is percent-encoded; to the letter where nothing is swapped. */
function otherInAddress(url: string, other: (text: string) => string): string {
  const changed = withParts(url, ({ value }) => other(value));
  return changed === withParts(url, ({ value }) => value) ? url : changed;
}

/** Where a text stands encoded, as in the body of a form. */
function otherInForm(body: string, swaps: readonly Swap[]): string {
  return swaps.reduce((known, [from, to]) => known.replaceAll(inForm(from), () => inForm(to)), body);
}

function inForm(text: string): string {
  return new URLSearchParams([["", text]]).toString().slice(1);
}

function requestOf(call: Exchange): string {
  return JSON.stringify([call.url, sentHeaders(call), call.requestBody]);
}

function sentHeaders({ requestHeaders }: Exchange): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(requestHeaders).filter(([name]) => !name.startsWith(":") && !notSent.has(name)),
  );
}

/** What stands for one tenant's session in its requests, and what stands there for the other's. */
export function sessionSwaps(from: Seen, to: Seen): readonly Swap[] {
  const other = new Map(credentialsOf(to));
  return credentialsOf(from).flatMap(([name, value]) => {
    const instead = other.get(name);
    return instead === undefined || instead === value ? [] : [[value, instead] as const];
  });
}

/** Without any of the tenant's credentials. */
export function withoutSession(seen: Seen): readonly Swap[] {
  return credentialsOf(seen).map(([, value]) => [value, ""] as const);
}

type Credential = readonly [name: string, value: string];

/**
 * Every credential by where it stood; the last one of a kind is the one in use. Ids of the tenant are none:
 * who only changes those is just what is looked for.
 */
function credentialsOf(seen: Seen): readonly Credential[] {
  // Whichever of them it is that lets in: another's link has all of another, and nobody has none.
  const places = tokenPlaces(seen.urls);
  const links = seen.urls.flatMap((url, visit) =>
    secretsAt(places, url).map((secret, place) => [`link ${visit} ${place}`, secret] as const),
  );
  const own = seen.exchanges.filter(({ url }) => new URL(url).origin === new URL(seen.urls[0]).origin);
  const sent = own.flatMap((call) => [
    ...headerCredentials(call.requestHeaders),
    ...parameterCredentials(call.url),
    ...bodyCredentials(call.requestBody),
  ]);
  return [...links, ...storedCredentials(seen), ...sent, ...pathCredentials(own)].filter(
    ([, value]) => value.length >= shortestCredential && !seen.marks.includes(value),
  );
}

function headerCredentials(headers: Readonly<Record<string, string>>): readonly Credential[] {
  const cookies = (headers["cookie"] ?? "").split("; ").map((one) => {
    const at = one.indexOf("=");
    return [`cookie ${one.slice(0, at)}`, one.slice(at + 1)] as const;
  });
  const own = Object.entries(headers)
    .filter(([name]) => name !== "cookie" && !name.startsWith(":") && !ofTheMoment.test(name))
    .map(([name, value]) => [`header ${name}`, /^\w+\s+(\S+)$/.exec(value)?.[1] ?? value] as const);
  return [...cookies, ...own];
}

function parameterCredentials(url: string): readonly Credential[] {
  return [...new URL(url).searchParams]
    .filter(([name]) => isCredentialName(name))
    .map(([name, value]) => [`parameter ${name}`, value] as const);
}

/** Of a form or of a flat JSON object. */
function bodyCredentials(body: string): readonly Credential[] {
  return fieldsOf(body)
    .filter(([name]) => isCredentialName(name))
    .map(([name, value]) => [`field ${name}`, value] as const);
}

function fieldsOf(body: string): readonly (readonly [string, string])[] {
  try {
    const value: unknown = JSON.parse(body);
    const fields = typeof value === "object" && value !== null ? Object.entries(value) : [];
    return fields.flatMap(([name, one]) => (typeof one === "string" ? [[name, one] as const] : []));
  } catch {
    return [...new URLSearchParams(body)];
  }
}

function isCredentialName(name: string): boolean {
  return /session|token|auth|sid|key|csrf|ticket|code/i.test(name);
}

/** A random part of the path that several pages share. What stands in one address alone is a record's id. */
function pathCredentials(calls: readonly Exchange[]): readonly Credential[] {
  const paths = [...new Set(calls.map(({ url }) => new URL(url).pathname))];
  const parts = paths.flatMap((path) => path.split("/").filter((part) => bitsOf(part) >= leastPathBits));
  const shared = [...new Set(parts)].filter((part) => parts.filter((one) => one === part).length > 1);
  return shared.map((part, place) => [`path ${place}`, part] as const);
}

function storedCredentials({ first, second }: Seen): readonly Credential[] {
  return [first, second].flatMap(({ storage }) => {
    try {
      const [local, session] = JSON.parse(storage) as [[string, string][], [string, string][]];
      return [...local, ...session].map(([name, value]) => [`storage ${name}`, value] as const);
    } catch {
      return [];
    }
  });
}
