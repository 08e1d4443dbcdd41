/** The apps of a test: served in this process where they are ours, and registered with its Cloud. */
import { join } from "node:path";
import type { Sandbox } from "@annex/sandbox";
import type { AdminCall } from "./calls.ts";
import { isApp, type ServedApp, serveApp, type TestedApp } from "./served-app.ts";
import type { RegisteredApp } from "./test-cloud.ts";

/** What was registered: an app belongs to one organization, so each that it is installed in has one of its own. */
type Registration = {
  readonly given: {
    readonly manifest: Readonly<Record<string, unknown>>;
    readonly process?: { readonly url?: string };
  };
  /** Its ids in other organizations than the first. */
  readonly elsewhere: Map<string, Promise<string>>;
};

export function createApps(sandbox: Sandbox, call: AdminCall, directory: string, firstOrganization: string) {
  const served = new Map<TestedApp, ServedApp>();
  const known = new Map<string, string>();
  const registrations = new Map<string, Registration>();
  const serve = async (app: TestedApp) => {
    const running = served.get(app) ?? (await serveApp(app, sandbox, join(directory, "apps", app.name)));
    served.set(app, running);
    return running;
  };
  const idOf = (app: TestedApp | RegisteredApp | string): string => {
    if (typeof app === "string") return known.get(app) ?? app;
    if ("app_id" in app) return app.app_id;
    const id = known.get(app.manifest.name);
    if (id === undefined) throw new Error(`${app.name} is not registered: call register(app) first.`);
    return id;
  };
  const registerIn = async (organization_id: string, { given }: Registration) =>
    (await call<{ app_id: string }>("POST", "/admin/apps", { organization_id, ...given })).app_id;
  return {
    register: async (app: TestedApp | Readonly<Record<string, unknown>>): Promise<RegisteredApp> => {
      const running = isApp(app) ? await serve(app) : undefined;
      const manifest = running?.manifest ?? (app as Readonly<Record<string, unknown>>);
      const name = String(manifest["name"]);
      const process = running === undefined ? {} : { url: running.url };
      const { app_id } = await sandbox.registerApp({ manifest, ...process });
      known.set(name, app_id);
      const elsewhere = registrations.get(app_id)?.elsewhere ?? new Map<string, Promise<string>>();
      const given = running === undefined ? { manifest } : { manifest, process };
      registrations.set(app_id, { given, elsewhere });
      for (const id of elsewhere.values()) await call("PATCH", `/admin/apps/${await id}`, given);
      return { app_id, name };
    },
    /** The app's id in an organization, where it is registered with the first install. */
    idIn: (organizationId: string, app: TestedApp | RegisteredApp | string): Promise<string> | string => {
      const id = idOf(app);
      const registration = registrations.get(id);
      if (registration === undefined || organizationId === firstOrganization) return id;
      const there = registration.elsewhere.get(organizationId) ?? registerIn(organizationId, registration);
      registration.elsewhere.set(organizationId, there);
      return there;
    },
    stop: async () => {
      await Promise.all([...served.values()].map((app) => app.stop()));
    },
  };
}
