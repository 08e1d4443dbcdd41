import type { App } from "../application.ts";
import type { KeyService } from "../vault/key-service.ts";
import type { Runtime } from "./index.ts";

/** What runs or operates an app asks of it beside its public face. */
export type Behind = {
  readonly open: () => Promise<Runtime>;
  readonly keyService: KeyService | undefined;
};

/** Kept apart, so that nothing internal is on the app itself. */
const behind = new WeakMap<App, Behind>();

/** Says what is behind an app; called once by what made it. */
export function keepOpener(app: App, what: Behind): void {
  behind.set(app, what);
}

/** Opens an app that `createApp` made. */
export async function openApp(app: App): Promise<Runtime> {
  return behindApp(app).open();
}

/** The key service that an app was made with. */
export function keyServiceOf(app: App): KeyService | undefined {
  return behindApp(app).keyService;
}

/**
 * Whether something is an app that `createApp` made.
 *
 * @example
 * ```ts
 * if (!isApp(module.app)) throw new Error("The module exports no app.");
 * ```
 */
export function isApp(value: unknown): value is App {
  return typeof value === "object" && value !== null && behind.has(value as App);
}

function behindApp(app: App): Behind {
  const found = behind.get(app);
  if (found === undefined) throw new TypeError("This app was not made with createApp.");
  return found;
}
