/** A provider's key, from the settings page into the vault, to a job and a clean-up, and out of every file. */
import { expect, test } from "vitest";
import { z } from "zod";
import { installBody, type TestApp, testApp, uninstallBody } from "../../test/support.ts";
import { type App, Secret } from "../index.ts";
import { openOperating } from "../operating/index.ts";

const planted = "sk_live_planted_provider_key_0123456789";

function settingsPage({ portal }: App): void {
  portal
    .put("/api/key", async (c) => {
      const { key } = await c.body(z.object({ key: z.string() }));
      await c.secrets.set("stripe", key);
      await c.secrets.tenant.set("stripe", new Secret(key, key));
      return c.json({ kept: await c.secrets.list() });
    })
    .get("/api/key", async (c) => {
      const [own, tenant] = [await c.secrets.get("stripe"), await c.secrets.tenant.get("stripe")];
      c.log.info("The key was looked at.", { own, tenant });
      return c.json({ own: own?.reveal() ?? null, shown: own ?? null, tenant: tenant?.reveal() ?? null });
    })
    .delete("/api/key", async (c) => c.json([await c.secrets.remove("stripe"), await c.secrets.remove("x")]));
}

async function withKey(app: TestApp): Promise<string> {
  await app.callback(installBody());
  const session = await app.enter();
  const { json } = await app.call("PUT", "/portal/api/key", session, { key: planted });
  expect(json).toEqual({
    kept: [{ name: "stripe", prefix: "sk_live_", setAt: expect.any(String), setBy: "user_1" }],
  });
  return session;
}

test("a secret comes back to its own installation, and is in clear nowhere", async () => {
  const app = testApp({ define: settingsPage });
  const session = await withKey(app);
  await app.callback(installBody(2));
  const other = await app.enter({ installed_app_id: "instapp_2", instance_id: "inst_2" });
  const { json } = await app.call("GET", "/portal/api/key", session);
  expect(json).toEqual({ own: planted, shown: "sk_live_…", tenant: planted });
  expect((await app.call("GET", "/portal/api/key", other)).json).toMatchObject({ own: null, tenant: null });
  expect(app.files().includes("planted")).toBe(false);
  expect(app.log()).not.toContain("planted");
});

test("what is wrong with a secret is said to who entered it, and changes nothing", async () => {
  const app = testApp({ define: settingsPage });
  const session = await withKey(app);
  for (const key of ["", "\ud800", "x".repeat(16 * 1024 + 1)]) {
    const { status, json } = await app.call("PUT", "/portal/api/key", session, { key });
    expect([status, json["code"], json["field"]]).toEqual([422, "invalid_secret", "stripe"]);
  }
  expect((await app.call("GET", "/portal/api/key", session)).json).toMatchObject({ own: planted });
});

test("what is removed leaves nothing of its seal in the files, and others whole", async () => {
  const app = testApp({ define: settingsPage });
  const session = await withKey(app);
  const bound = await app.app.installation("instapp_1");
  const names = Array.from({ length: 20 }, (_none, index) => `key-${index}`);
  for (const [index, name] of names.entries()) await bound?.secrets.set(name, "x".repeat(1 + index * 21));
  const before = app.files();
  expect((await app.call("DELETE", "/portal/api/key", session)).json).toEqual([true, false]);
  for (const name of names.filter((_name, index) => index % 2 === 0)) await bound?.secrets.remove(name);
  for (const [index, name] of names.entries())
    if (index % 2 === 1) expect((await bound?.secrets.get(name))?.reveal()).toBe("x".repeat(1 + index * 21));
  const after = app.files();
  // With Cloud's API key, and the tenant's.
  expect(sealsIn(before).size).toBe(23);
  expect([...sealsIn(before)].filter((seal) => after.includes(seal, 0, "hex"))).toHaveLength(12);
});

/** Every seal in a file, from the id of its ring key on; the log holds some of them several times. */
function sealsIn(file: Buffer): ReadonlySet<string> {
  const head = Buffer.from([1, 4, ...Buffer.from("test")]);
  const seals = new Set<string>();
  for (let at = file.indexOf(head); at !== -1; at = file.indexOf(head, at + 1))
    seals.add(file.subarray(at, at + 60).toString("hex"));
  return seals;
}

test("the clean-up still has it, and the tenant's next installation finds what is the tenant's", async () => {
  const cleaned = Promise.withResolvers<string | undefined>();
  const app = testApp({
    define: (defined) => {
      settingsPage(defined);
      defined.onUninstall(async ({ secrets }) => {
        await expect(secrets.set("late", "x")).rejects.toMatchObject({ code: "app_uninstalled" });
        cleaned.resolve((await secrets.get("stripe"))?.reveal());
      });
    },
  });
  await withKey(app);
  await app.callback(uninstallBody());
  expect(await cleaned.promise).toBe(planted);
  await app.callback({ ...installBody(2), instance_id: "inst_1" });
  const session = await app.enter({ installed_app_id: "instapp_2" });
  const { json } = await app.call("GET", "/portal/api/key", session);
  expect(json).toMatchObject({ own: null, tenant: planted });
});

test("an operator counts, rotates and exports it, and never sees it", async () => {
  const app = testApp({ define: settingsPage });
  const session = await withKey(app);
  const environment = {
    NODE_ENV: "development",
    ANNEX_DATABASE: `${app.directory}/app.db`,
    ANNEX_KEY_RING: `new:${Buffer.alloc(32, 8).toString("base64")},test:${Buffer.alloc(32, 7).toString("base64")}`,
  };
  const operating = await openOperating(environment, "test-app");
  expect((await operating.keysStatus()).sealedBy).toEqual([{ ringKeyId: "test", apiKeys: 1, secrets: 2 }]);
  expect(await operating.rotateKeys()).toMatchObject({
    resealed: 3,
    status: { sealedBy: [{ ringKeyId: "new", apiKeys: 1, secrets: 2 }], missing: [] },
  });
  const exported = await operating.exportData("instapp_1");
  expect(exported).toMatchObject({
    secrets: [{ name: "stripe", prefix: "sk_live_", setBy: "user_1" }],
    tenantSecrets: [{ name: "stripe", prefix: "sk_live_" }],
  });
  const { documents, tenantDocuments, runs, audit, ...short } = exported ?? expect.unreachable();
  const long = await Promise.all(
    [documents, tenantDocuments, runs, audit].map((each) => Array.fromAsync<unknown>(each)),
  );
  expect(JSON.stringify([short, long])).not.toContain("planted");
  await app.callback(uninstallBody());
  expect((await operating.exportData("instapp_1"))?.secrets).toEqual([]);
  await operating.close();
  // The ring of the running app lacks the new key by now; what it can't open it says so of, and never shows.
  expect((await app.call("GET", "/portal/api/key", session)).status).toBe(403);
});
