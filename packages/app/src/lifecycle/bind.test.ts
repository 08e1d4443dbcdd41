import { createMemoryScope } from "@annex/client";
import { Secret } from "@annex/protocol";
import { expect, test } from "vitest";
import type { Log } from "../log/index.ts";
import type { StoredInstallation } from "../stores/interface.ts";
import { createBind } from "./bind.ts";

const stored: StoredInstallation = {
  installedAppId: "instapp_1",
  organizationId: "org_1",
  instanceId: "inst_1",
  appId: "app_1",
  grantedPermissions: ["alerts:read", "alerts:write"],
  apiKeyPrefix: "blnk_abc",
  status: "active",
  installedAt: new Date(0),
  generation: 1,
  keyStoredAt: 0,
};
const none = () => undefined;
const log: Log = { debug: none, info: none, warn: none, error: none, with: () => log };

// Each step has a client of its own: the first call of one knew nothing of Cloud's time, whatever was called before.
test("a flag that is a step's first call is noted by Cloud's clock, as an earlier piece of work heard it", async () => {
  const cloudsTime = Date.parse("2031-03-01T12:00:00Z");
  const fetch: typeof globalThis.fetch = async (input, init) => {
    if (new Request(input, init).method === "POST") throw new TypeError("cut");
    const headers = { date: new Date(cloudsTime).toUTCString() };
    return Response.json({ data: [], total: 0 }, { headers });
  };
  const bind = createBind({
    store: { installations: {} } as never,
    vaults: {} as never,
    installations: {
      openKey: async () => ({ key: new Secret("blnk_abcdefghijk"), isSuspended: false }),
    } as never,
    cloudUrl: "http://cloud.test",
    fetch,
    clock: () => Date.parse("2026-11-24T09:30:00Z"),
    random: () => 0.5,
    sleep: async () => undefined,
    log,
    prepareStarts: () => () => expect.unreachable(),
    wake: () => undefined,
  });
  const { cloud, installation } = await bind.context(stored);
  await cloud.alerts.list();
  const scope = createMemoryScope("instapp_1/run_1/flag");
  const flagging = bind.cloudOf(installation, scope).alerts.flag("bln_1", { description: "Below the line." });
  await expect(flagging).rejects.toMatchObject({ outcome: "unknown" });
  const noted = Date.parse(String(scope.open()[0]?.before)) - cloudsTime;
  expect(noted).toBeGreaterThanOrEqual(0);
  expect(noted).toBeLessThan(3_600_000);
});
