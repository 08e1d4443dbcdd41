/** What happens between two lines of an installation. */
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { createClock } from "../clock.ts";
import type { Deliveries } from "../deliveries/index.ts";
import { createRegistry } from "../registry/index.ts";
import { openSettings } from "../settings/index.ts";
import { createSeal, openStateDatabase } from "../store/index.ts";
import { createInstalling, openInstallations } from "./index.ts";

/** What is never reached: nothing may be told to an app that is gone. */
const noDeliveries = {} as Deliveries;

test("an app that is removed after it was found is not left installed", async () => {
  const directory = mkdtempSync(join(tmpdir(), "annex-installing-"));
  const { queries: database, close } = openStateDatabase(join(directory, "state.db"));
  onTestFinished(async () => {
    await close();
    rmSync(directory, { recursive: true });
  });
  const [organizationId, instanceId] = ["org_1", "inst_1"];
  const organization = { organization_id: organizationId, name: "One", position: 0 };
  await database.insertInto("organizations").values(organization).execute();
  const instance = {
    instance_id: instanceId,
    organization_id: organizationId,
    name: "Only",
    state: "running",
    core_key_sealed: new Uint8Array(),
    tokenization_secret_sealed: new Uint8Array(),
    position: 0,
  };
  await database.insertInto("instances").values(instance).execute();
  const settings = await openSettings(database, undefined);
  const time = createClock(() => new Date());
  const tools = {
    time,
    clock: time.now,
    random: (bytes: number) => randomBytes(bytes),
    fetch: async () => new Response(),
    settings: settings.current,
  };
  const registry = createRegistry(database, createSeal(randomBytes(32)), tools);
  const { appId } = await registry.register(organizationId, {
    name: "Short-lived",
    description: "Gone before it is installed",
    developer: "Testers",
    registration_callback_url: "http://localhost:1/callback",
    portal_generator_url: "http://localhost:1/portal",
    permissions: ["data:read"],
  });
  const installing = createInstalling({
    database,
    installations: await openInstallations(database),
    deliveries: noDeliveries,
    tools,
    registry: {
      ...registry,
      find: async (id) => {
        const app = await registry.find(id);
        await registry.remove(id);
        return app;
      },
    },
  });
  await expect(installing.install({ organizationId, appId, instanceId })).rejects.toMatchObject({
    status: 404,
    details: { field: "app_id" },
  });
  expect(await database.selectFrom("installations").selectAll().execute()).toEqual([]);
});
