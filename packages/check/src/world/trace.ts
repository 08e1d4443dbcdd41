/**
 * What a rule did, line by line, for the report's reader. Carried along the calls of one rule, so that
 * rules that run side by side don't write into each other's.
 */
import { AsyncLocalStorage } from "node:async_hooks";
import type { Tenant } from "./tenants.ts";

/** One request to the app, or to where it led, for the question which of them ended it. */
export type Knock = {
  /** When it was sent, as `performance.now()` counts. */
  readonly at: number;
  /** Where to: a redirect of the app may lead to another host. */
  readonly origin: string;
  /** What everybody sends, an address as a browser asks for it, or what nobody sends but this checker. */
  readonly manner: "ordinary" | "page" | "odd";
  isAnswered: boolean;
  /** Nobody took it, so that the app never had it. */
  isInVain: boolean;
};

export type Trace = {
  readonly lines: string[];
  readonly pictures: { readonly title: string; readonly jpeg: string }[];
  /** What did not come in time: answers of the app, pages that did not come to rest. A slow machine may be why. */
  readonly late: string[];
  /** Made for this rule alone. */
  readonly tenants: Tenant[];
  readonly knocks: Knock[];
};

/** One in which nothing has happened yet. */
export function emptyTrace(): Trace {
  return { lines: [], pictures: [], late: [], tenants: [], knocks: [] };
}

const current = new AsyncLocalStorage<Trace>();

/** Runs something with a trace of its own. */
export async function withTrace<Result>(
  work: () => Promise<Result>,
): Promise<{ readonly result: Result; readonly trace: Trace }> {
  const trace = emptyTrace();
  return { result: await tracedBy(trace, work), trace };
}

/** Runs something that writes into this trace, also where it fails. */
export function tracedBy<Result>(trace: Trace, work: () => Promise<Result>): Promise<Result> {
  return current.run(trace, work);
}

/** Adds a line to the trace of whatever runs here. */
export function note(line: string): void {
  current.getStore()?.lines.push(line);
}

/** Says that something did not come in time. */
export function noteLate(what: string): void {
  current.getStore()?.late.push(what);
}

/** Adds a tenant to those of whatever runs here. */
export function noteTenant(tenant: Tenant): void {
  current.getStore()?.tenants.push(tenant);
}

/** Adds a request, as it is sent; what becomes of it is written into it. */
export function noteKnock(url: string, manner: Knock["manner"]): Knock {
  const { origin } = new URL(url);
  const knock: Knock = { at: performance.now(), origin, manner, isAnswered: false, isInVain: false };
  current.getStore()?.knocks.push(knock);
  return knock;
}

/** Adds a picture of a page. */
export function notePicture(title: string, jpeg: Uint8Array): void {
  current.getStore()?.pictures.push({ title, jpeg: Buffer.from(jpeg).toString("base64") });
}

/** Adds what another trace holds. */
export function adopt(trace: Trace): void {
  const store = current.getStore();
  store?.lines.push(...trace.lines);
  store?.pictures.push(...trace.pictures);
  store?.late.push(...trace.late);
  store?.knocks.push(...trace.knocks);
}
