/** The apps of a test: served in this process where they are ours, and registered with its Cloud. */
import { join } from "node:path";
import type { Sandbox } from "@annex/sandbox";
import { isApp, type ServedApp, serveApp, type TestedApp } from "./served-app.ts";
import type { RegisteredApp } from "./test-cloud.ts";

export function createApps(sandbox: Sandbox, directory: string) {
  const served = new Map<TestedApp, ServedApp>();
  const known = new Map<string, string>();
  const serve = async (app: TestedApp) => {
    const running = served.get(app) ?? (await serveApp(app, sandbox.url, join(directory, "apps", app.name)));
    served.set(app, running);
    return running;
  };
  return {
    register: async (app: TestedApp | Readonly<Record<string, unknown>>): Promise<RegisteredApp> => {
      const running = isApp(app) ? await serve(app) : undefined;
      const manifest = running?.manifest ?? (app as Readonly<Record<string, unknown>>);
      const name = String(manifest["name"]);
      const process = running === undefined ? {} : { url: running.url };
      const { app_id } = await sandbox.registerApp({ manifest, ...process });
      known.set(name, app_id);
      return { app_id, name };
    },
    idOf: (app: TestedApp | RegisteredApp | string): string => {
      if (typeof app === "string") return known.get(app) ?? app;
      if ("app_id" in app) return app.app_id;
      const id = known.get(app.manifest.name);
      if (id === undefined) throw new Error(`${app.name} is not registered: call register(app) first.`);
      return id;
    },
    stop: async () => {
      await Promise.all([...served.values()].map((app) => app.stop()));
    },
  };
}
