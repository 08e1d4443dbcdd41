/** An app whose keys an outside service wraps: what works without it, what waits for it, and how it comes back. */
import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { installBody, type TestOptions, testApp, uninstallBody } from "../../test/support.ts";
import { openOperating } from "../operating/index.ts";
import { openApp } from "../runtime/openers.ts";
import type { KeyService } from "./key-service.ts";

/** A service with a key of its own; away while it is told so. */
function service() {
  const kept = new Map<string, Uint8Array>();
  const state = { isAway: false };
  const assertThere = () => {
    if (state.isAway) throw new Error("connection refused");
  };
  const keyService: KeyService = {
    keptSeconds: 3600,
    wrap: async (key) => {
      assertThere();
      const name = randomBytes(16);
      kept.set(name.toString("hex"), Uint8Array.from(key));
      return name;
    },
    unwrap: async (wrapped) => {
      assertThere();
      return kept.get(Buffer.from(wrapped).toString("hex")) ?? new Uint8Array(0);
    },
  };
  return { keyService, state, kept };
}

const withService = (keyService: KeyService, rest: TestOptions = {}): TestOptions => ({
  keyService,
  variables: { ANNEX_KEY_RING: "" },
  ...rest,
});

test("with a service no key is on the disk, and the app goes on after a restart", async () => {
  const { keyService, kept } = service();
  const app = testApp(withService(keyService));
  expect((await app.callback(installBody())).status).toBe(200);
  const [key] = kept.values();
  expect(key).toHaveLength(32);
  expect(app.files().includes(key ?? "")).toBe(false);
  const again = await app.reopened();
  expect((await again.callback(installBody())).json).toMatchObject({ because: "duplicate" });
  const bound = await again.app.installation("instapp_1");
  await bound?.secrets.set("stripe", "sk_live_planted");
  expect((await bound?.secrets.get("stripe"))?.reveal()).toBe("sk_live_planted");
});

test("while it is away installs are refused whole, everything else goes on, and a run waits for it", async () => {
  const { keyService, state } = service();
  const worked = Promise.withResolvers<void>();
  let looks = 0;
  const clock = { now: Date.parse("2026-11-26T12:00:00Z") };
  const first = testApp(withService(keyService));
  await first.callback(installBody());
  await first.callback(installBody(3));
  state.isAway = true;
  const app = testApp(
    withService(keyService, {
      directory: first.directory,
      clock: () => clock.now,
      define: (defined) => {
        const work = defined.job("work", {}, () => worked.resolve());
        defined.portal.post("/api/work", async (c) => {
          looks += 1;
          return c.json(await c.jobs.start(work));
        });
      },
    }),
  );
  await first.app.close();
  const refused = await app.callback(installBody(2));
  expect([refused.status, refused.json["code"]]).toEqual([503, "key_service_unavailable"]);
  expect(refused.headers.get("retry-after")).toBe("30");
  expect((await app.callback(uninstallBody(3))).status).toBe(200);
  expect((await app.get("/health")).json).toEqual({ status: "ok", key_service: "unavailable" });
  const session = await app.enter();
  const { runId } = (await app.call("POST", "/portal/api/work", session)).json as { runId: string };
  const bound = await app.app.installation("instapp_1");
  await expect(bound?.cloud.data.ledgers.list()).rejects.toMatchObject({ code: "key_service_unavailable" });
  await expect(bound?.secrets.set("stripe", "sk_live_planted")).rejects.toMatchObject({ status: 503 });
  await expect
    .poll(async () => (await bound?.jobs.get(runId))?.waitsUntil, { timeout: 30_000 })
    .toBeDefined();
  expect(await bound?.jobs.get(runId)).toMatchObject({ status: "queued" });
  state.isAway = false;
  await expect.poll(async () => (await app.callback(installBody(2))).status, { timeout: 30_000 }).toBe(200);
  clock.now += 31_000;
  await worked.promise;
  expect(looks).toBe(1);
  expect((await app.get("/health")).json).toEqual({ status: "ok" });
  expect(app.log()).not.toContain("planted");
}, 60_000);

test("what a ring sealed goes under the service's key and its next ones, beside the running app", async () => {
  const { keyService } = service();
  const ring = testApp();
  await ring.callback(installBody());
  await (await ring.app.installation("instapp_1"))?.secrets.set("stripe", "sk_live_planted");
  const app = testApp({ keyService, directory: ring.directory });
  await ring.app.close();
  const running = await openApp(app.app);
  expect((await app.callback(installBody())).json).toMatchObject({ because: "duplicate" });
  const environment = { NODE_ENV: "development", ANNEX_DATABASE: `${app.directory}/app.db` };
  const { ANNEX_KEY_RING } = { ANNEX_KEY_RING: `test:${Buffer.alloc(32, 7).toString("base64")}` };
  const before = await openOperating({ ...environment, ANNEX_KEY_RING }, "test-app", app.app);
  expect(await before.rotateKeys()).toMatchObject({
    resealed: 2,
    status: { sealing: "wrapped-1", sealedBy: [{ ringKeyId: "wrapped-1", apiKeys: 1, secrets: 1 }] },
  });
  await before.close();
  const without = await openOperating(environment, "test-app");
  expect(await without.keysStatus()).toMatchObject({ sealing: "wrapped-1", missing: [] });
  await expect(without.rotateKeys()).rejects.toMatchObject({ code: "key_service_needed" });
  await without.close();
  const operating = await openOperating(environment, "test-app", app.app);
  expect(await operating.rotateKeys()).toMatchObject({
    resealed: 2,
    status: { sealing: "wrapped-2", ring: ["wrapped-2", "wrapped-1"], missing: [] },
  });
  await operating.close();
  // The running app finds the key it does not know yet, also where an event comes again.
  const bound = await running.installation("instapp_1");
  expect((await bound?.secrets.get("stripe"))?.reveal()).toBe("sk_live_planted");
  expect((await app.callback(installBody())).json).toMatchObject({ because: "duplicate" });
});

// It answered 500 to every call to Cloud, and its health was well.
test("an app whose ring lost a key that something is sealed by is refused at the start, by the key's name", async () => {
  const app = testApp();
  await app.callback(installBody());
  await app.app.close();
  const ANNEX_KEY_RING = `next:${Buffer.alloc(32, 9).toString("base64")}`;
  const lost = testApp({ directory: app.directory, variables: { ANNEX_KEY_RING } });
  await expect(lost.app.start()).rejects.toThrow(
    "ANNEX_KEY_RING must hold every key that something stored is sealed by; it lacks test",
  );
});

test("an app that lost its service is refused at the start, and a wrong one when it is made", async () => {
  const { keyService } = service();
  const app = testApp(withService(keyService));
  await app.callback(installBody());
  const lost = testApp({ directory: app.directory });
  await expect(lost.callback(installBody())).rejects.toThrow(
    /keyService of createApp, which wraps wrapped-1/,
  );
  expect(() => testApp({ keyService: { ...keyService, keptSeconds: 5 } })).toThrow(/from 10 to 3600/);
  expect(() => testApp({ keyService: { wrap: keyService.wrap } as never })).toThrow(/two functions/);
});
