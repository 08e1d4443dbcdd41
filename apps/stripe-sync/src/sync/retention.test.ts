import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createApp, type InstallationData } from "@annex/app";
import { afterAll, expect, test } from "vitest";
import { runKey, syncData } from "./register.ts";
import { forgetOldRuns, keepRun, keptRun, keptRunCount } from "./retention.ts";

const directory = mkdtempSync(join(tmpdir(), "retention-"));
const secret = "0123456789abcdefghijklmnopqrstuv";
const ids = {
  installed_app_id: "instapp_1",
  app_id: "app_1",
  organization_id: "org_1",
  instance_id: "inst_1",
};
const app = createApp({
  name: "retention",
  manifest: { name: "R", description: "", developer: "", logoUrl: "", permissions: ["data:read"] },
  permissionPurposes: {},
  environment: {
    ANNEX_DATABASE: join(directory, "app.db"),
    ANNEX_LOG: join(directory, "app.log"),
    ANNEX_CALLBACK_SECRET: secret,
  },
});
let data: InstallationData;
app.portal.get("/api/data", {}, (c) => {
  data = c.data;
  return c.json({});
});

const send = (path: string, body: unknown) =>
  app.fetch(
    new Request(`http://localhost/cloud/${secret}/${path}`, { method: "POST", body: JSON.stringify(body) }),
  );

afterAll(async () => {
  await app.close();
  rmSync(directory, { recursive: true, force: true });
});

test("the lists of the newest runs are kept, those of older ones are forgotten", async () => {
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
  const session = /"session":"([^"]+)"/.exec(page)?.[1];
  const headers = { Authorization: `Bearer ${session}` };
  expect((await app.fetch(new Request("http://localhost/portal/api/data", { headers }))).status).toBe(200);

  const books = { account: "acct_1", mode: "test" } as const;
  const { runObjects } = syncData(data, books);
  const runs = Array.from({ length: keptRunCount + 2 }, (_, index) => `run_${index}`);
  for (const [index, runId] of runs.entries()) {
    await keepRun(data, { runId, ...books }, new Date(index * 1000));
    await keepRun(data, { runId, ...books }, new Date(99_000_000));
    await runObjects.put(runKey(runId, "000000000001/txn_1"), { kind: "charge", state: "posted" });
  }
  await forgetOldRuns(data);
  expect(await runObjects.count()).toBe(keptRunCount);
  const kept = await Promise.all(["run_0", "run_1", "run_2"].map((runId) => keptRun(data, runId)));
  expect(kept).toEqual([undefined, undefined, { runId: "run_2", ...books }]);
});
