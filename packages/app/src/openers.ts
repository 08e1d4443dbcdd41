import type { App } from "./application.ts";
import type { Runtime } from "./runtime.ts";

/** How an app is opened by what runs it; kept apart, so that nothing internal is on the app itself. */
const openers = new WeakMap<App, () => Promise<Runtime>>();

/** Says how an app is opened; called once by what made it. */
export function keepOpener(app: App, open: () => Promise<Runtime>): void {
  openers.set(app, open);
}

/** Opens an app that `createApp` made. */
export async function openApp(app: App): Promise<Runtime> {
  const open = openers.get(app);
  if (open === undefined) throw new TypeError("This app was not made with createApp.");
  return open();
}
