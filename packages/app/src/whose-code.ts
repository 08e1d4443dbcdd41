/**
 * Whose code is running: the route, for which installation. What a handler leaves
 * behind, such as a promise that nobody awaits, is named by it when it fails.
 */
import { AsyncLocalStorage } from "node:async_hooks";
import type { LogFields } from "./log/index.ts";

const running = new AsyncLocalStorage<LogFields>();

/** Runs the app's own code under a name. */
export function runAs<Result>(who: LogFields, work: () => Result): Result {
  return running.run(who, work);
}

/** Whose code this is; nothing where it is the framework's own. */
export function whoseCode(): LogFields {
  return running.getStore() ?? {};
}
