/** The app itself, where a command needs what only its code has: its key service. */
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { App } from "@annex/app";
import { CommandError } from "../../failures/index.ts";

/**
 * Loads the app that a module exports, under whatever name; nothing of it is opened.
 *
 * @throws CommandError when the module can't be loaded or exports no app.
 */
export async function loadApp(module: string): Promise<App> {
  const exported = await import(pathToFileURL(resolve(module)).href).catch((cause: unknown) => {
    throw new CommandError(
      `${module} could not be loaded: ${cause instanceof Error ? cause.message : String(cause)}`,
      "Give --app the module that exports what createApp made, such as src/app.ts.",
      { cause },
    );
  });
  const { isApp } = await import("@annex/app/operating");
  const app = Object.values(exported as Record<string, unknown>).find(isApp);
  if (app !== undefined) return app;
  throw new CommandError(
    `${module} exports no app that createApp made.`,
    "Give --app the module that does, such as src/app.ts; it must use the same @annex/app as this command.",
  );
}
