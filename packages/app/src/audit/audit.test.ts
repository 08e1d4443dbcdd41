/** Who did what, from the install to the uninstall, as an operator reads it. */
import { expect, test } from "vitest";
import { installBody, testApp, uninstallBody } from "../../test/support.ts";
import { Secret } from "../index.ts";
import { openOperating } from "../operating/index.ts";

test("every deed of a life is in the trail, by whom, and nothing secret", async () => {
  const worked = Promise.withResolvers<void>();
  const app = testApp({
    define: (defined) => {
      const work = defined.job("work", {}, async ({ audit, runId }) => {
        await audit.record("counted", { rows: 3, run: runId });
        worked.resolve();
      });
      defined.portal
        .post("/api/work/:id", async (c) => {
          await c.secrets.set("stripe", "sk_live_planted_key");
          await expect(c.audit.record("Not A Name")).rejects.toThrow(TypeError);
          await expect(c.audit.record("x", { key: new Secret("planted") as never })).rejects.toThrow();
          await expect(c.audit.record("x", { key: "x".repeat(5000) })).rejects.toThrow(/4 KiB/);
          await c.audit.record("mapping.changed", { from: "a", to: null });
          return c.json({ runId: (await c.jobs.start(work)).runId }, 202);
        })
        .delete("/api/work/:id", () => {
          throw new Error("planted trouble");
        })
        .get("/api/work/:id", (c) => c.json(1));
    },
  });
  await app.callback(installBody());
  await app.callback(installBody());
  const session = await app.enter();
  await app.launch({ instance_id: "inst_other" });
  await app.call("GET", "/portal/api/work/planted", session);
  const { json } = await app.call("POST", "/portal/api/work/planted", session);
  await app.call("DELETE", "/portal/api/work/planted", session);
  await worked.promise;
  await app.callback(uninstallBody());
  const environment = { NODE_ENV: "development", ANNEX_DATABASE: `${app.directory}/app.db` };
  const operating = await openOperating(environment, "test-app");
  const exported = await operating.exportData("instapp_1");
  expect(await Array.fromAsync(exported?.audit ?? [])).not.toEqual([]);
  await operating.eraseData("instapp_1");
  const trail = await Array.fromAsync(operating.auditTrail({ installedAppId: "instapp_1" }));
  const runId = String(json["runId"]);
  const member = { kind: "member", id: "user_1" };
  const lines = trail.map(({ action, actor, details }) => [action, actor, details]);
  const operator = { kind: "operator", id: expect.anything() };
  const expected: unknown[] = [
    ["installation.installed", { kind: "cloud" }, { permissions: "data:read data:write" }],
    ["portal.launched", member, undefined],
    ["secret.set", member, { name: "stripe", of: "installation" }],
    ["app.mapping.changed", member, { from: "a", to: null }],
    ["job.started", member, { job: "work", run_id: runId }],
    ["portal.called", member, { route: "POST /portal/api/work/:id", outcome: 202 }],
    ["portal.called", member, { route: "DELETE /portal/api/work/:id", outcome: "app_failed" }],
    ["app.counted", { kind: "job", id: runId }, { rows: 3, run: runId }],
    ["installation.uninstalled", { kind: "cloud" }, undefined],
    ["data.exported", operator, undefined],
    ["data.erased", operator, expect.objectContaining({ documents: 0 })],
  ];
  expect(lines).toHaveLength(expected.length);
  for (const line of expected) expect(lines).toContainEqual(line);
  expect(JSON.stringify(trail)).not.toContain("planted");
  await operating.close();
});

test("old entries are forgotten when their days are over", async () => {
  const day = 24 * 3600 * 1000;
  // What is forgotten goes by a time that a process's first look takes no further than half an hour.
  const quarterOfAnHour = 15 * 60_000;
  const clock = { now: Date.parse("2026-01-01T00:00:00Z") };
  const app = testApp({ clock: () => clock.now, auditDays: quarterOfAnHour / day });
  await app.callback(installBody());
  clock.now += quarterOfAnHour + 60_000;
  await app.callback(installBody(2));
  const later = await app.reopened();
  await later.app.start();
  const environment = { NODE_ENV: "development", ANNEX_DATABASE: `${app.directory}/app.db` };
  const operating = await openOperating(environment, "test-app");
  const ids = async () =>
    (await Array.fromAsync(operating.auditTrail())).map(({ installedAppId }) => installedAppId);
  await expect.poll(ids, { timeout: 30_000 }).toEqual(["instapp_2"]);
  await operating.close();
});
