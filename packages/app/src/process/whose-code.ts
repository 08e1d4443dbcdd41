/**
 * Whose code is running, and on whose behalf: the route or the run, for which installation. What a handler leaves
 * behind, such as a promise that nobody awaits, is named by it when it fails; what it changes is put down to who acts.
 */
import { AsyncLocalStorage } from "node:async_hooks";
import type { Actor } from "../audit/index.ts";
import type { LogFields } from "../log/index.ts";

const running = new AsyncLocalStorage<{ readonly who: LogFields; readonly actor: Actor }>();
const theApp: Actor = { kind: "app" };

/** Runs the app's own code under a name, for who acts through it. */
export function runAs<Result>(who: LogFields, actor: Actor, work: () => Result): Result {
  return running.run({ who, actor }, work);
}

/** Whose code this is; nothing where it is the framework's own. */
export function whoseCode(): LogFields {
  return running.getStore()?.who ?? {};
}

/** Who acts; the app itself outside of the portal and of runs. */
export function actingNow(): Actor {
  return running.getStore()?.actor ?? theApp;
}
