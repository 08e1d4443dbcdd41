/** One installation of an app with its real store, for what reads and writes an installation's data and nothing else. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type App, createApp, type PortalContext } from "@annex/app";
import { afterEach, beforeEach } from "vitest";

const secret = "0123456789abcdefghijklmnopqrstuv";
const ids = {
  installed_app_id: "instapp_1",
  app_id: "app_1",
  organization_id: "org_1",
  instance_id: "inst_1",
};

export interface Installation {
  /** What its pages' routes are given. */
  readonly context: PortalContext;
  close(): Promise<void>;
}

/**
 * Installs an app, opens its portal and calls a route there. Its jobs are started and do not run.
 *
 * @param define gives the app the jobs that a test starts
 */
export async function installation(
  define: (app: App) => void = () => undefined,
  clock: () => number = Date.now,
): Promise<Installation> {
  const directory = mkdtempSync(join(tmpdir(), "installation-"));
  const app = createApp({
    name: "one-installation",
    manifest: { name: "One", description: "", developer: "", logoUrl: "", permissions: ["data:read"] },
    permissionPurposes: {},
    clock,
    environment: {
      ANNEX_DATABASE: join(directory, "app.db"),
      ANNEX_LOG: join(directory, "app.log"),
      ANNEX_CALLBACK_SECRET: secret,
    },
  });
  define(app);
  let context: PortalContext | undefined;
  app.portal.get("/api/context", {}, async (c) => {
    context = c;
    return c.json({});
  });
  const send = (path: string, body: unknown) =>
    app.fetch(
      new Request(`http://localhost/cloud/${secret}/${path}`, { method: "POST", body: JSON.stringify(body) }),
    );
  await send("callback", {
    ...ids,
    api_key: "blnk_abcdefghijklmnop",
    api_key_prefix: "blnk_abc",
    granted_permissions: ["data:read"],
    idempotency_key: "install:instapp_1",
  });
  const { portal_url } = (await (await send("portal", { ...ids, user_id: "user_1" })).json()) as {
    portal_url: string;
  };
  const page = await (await app.fetch(new Request(portal_url))).text();
  const headers = { Authorization: `Bearer ${/"session":"([^"]+)"/.exec(page)?.[1]}` };
  const answer = await app.fetch(new Request("http://localhost/portal/api/context", { headers }));
  if (context === undefined) throw new Error(`The route was not called: ${answer.status}.`);
  return {
    context,
    async close() {
      await app.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** What each test of a file, or of a group of tests, has for itself. */
export interface InstalledForEach {
  /** What the pages' routes of the installation of now are given. */
  readonly context: PortalContext;
  /** As if it had been uninstalled, and installed again with nothing kept. */
  again(): Promise<void>;
}

/** An installation of its own for each test of the file, or of the group of tests, that calls this. */
export function installedForEach(): InstalledForEach {
  let installed: Installation | undefined;
  const install = async () => {
    installed = await installation();
  };
  beforeEach(install);
  afterEach(() => installed?.close());
  return {
    get context() {
      if (installed === undefined) throw new Error("Only a test has an installation.");
      return installed.context;
    },
    again: async () => {
      await installed?.close();
      await install();
    },
  };
}
