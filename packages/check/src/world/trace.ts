/**
 * What a rule did, line by line, for the report's reader. Carried along the calls of one rule, so that
 * rules that run side by side don't write into each other's.
 */
import { AsyncLocalStorage } from "node:async_hooks";
import type { Tenant } from "./tenants.ts";

export type Trace = {
  readonly lines: string[];
  readonly pictures: { readonly title: string; readonly jpeg: string }[];
  /** What did not come in time: answers of the app, pages that did not come to rest. A slow machine may be why. */
  readonly late: string[];
  /** Made for this rule alone. */
  readonly tenants: Tenant[];
};

const current = new AsyncLocalStorage<Trace>();

/** Runs something with a trace of its own. */
export async function withTrace<Result>(
  work: () => Promise<Result>,
): Promise<{ readonly result: Result; readonly trace: Trace }> {
  const trace: Trace = { lines: [], pictures: [], late: [], tenants: [] };
  return { result: await current.run(trace, work), trace };
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
}
