import { Secret } from "@annex/protocol";
import { describe, expect, test } from "vitest";
import { installBody, type TestApp, type TestOptions, testApp, uninstallBody } from "../../test/support.ts";
import type { App } from "../index.ts";
import type { KeyAnswer } from "../installations/decision.ts";
import { openApp } from "../runtime/openers.ts";
import type { Store } from "../stores/interface.ts";
import { createAskCloud } from "./asking.ts";
import { createInstallations, type Installations, type InstallationsParts } from "./index.ts";

/** A Cloud that answers what the test says, and remembers what it was asked. */
function fakeCloud() {
  const asked: { readonly url: URL; readonly authorization: string | null }[] = [];
  let revoked = new Set<string>();
  const fetch: typeof globalThis.fetch = async (input, init) => {
    const request = new Request(input, init);
    const authorization = request.headers.get("authorization");
    asked.push({ url: new URL(request.url), authorization });
    if (revoked.has(authorization ?? "")) {
      return Response.json({ error: "The key was revoked.", code: "key_revoked" }, { status: 401 });
    }
    return Response.json({ data: [], total: asked.length });
  };
  return {
    fetch,
    asked,
    revoke: (key: unknown) => {
      revoked = new Set([...revoked, `Bearer ${String(key)}`]);
    },
  };
}

const define = (app: App): void => {
  app.portal.get("/api/count", { requires: ["data:read"] }, async (c) => {
    const page = await c.cloud.data.ledgers.list();
    return c.json({ asked: page.total });
  });
  app.portal.get("/api/unchecked", {}, async (c) => c.json(await c.cloud.data.ledgers.list()));
};

function cloudApp(options: TestOptions = {}): TestApp {
  return testApp({
    define,
    variables: { ANNEX_CLOUD_URL: "http://cloud.test", ANNEX_KEY_GRACE_SECONDS: "0" },
    ...options,
  });
}

const count = "/portal/api/count";

describe("calls to Cloud", () => {
  test("carry this installation's key and instance, after a restart too", async () => {
    const cloud = fakeCloud();
    const first = cloudApp({ fetch: cloud.fetch });
    await first.callback(installBody(1));
    await first.callback(installBody(2));
    const session = await first.enter({ installed_app_id: "instapp_2", instance_id: "inst_2" });
    const app = await first.reopened();
    expect((await app.call("GET", count, session)).status).toBe(200);
    expect(cloud.asked[0]?.authorization).toBe(`Bearer ${installBody(2)["api_key"]}`);
    expect(cloud.asked[0]?.url.searchParams.get("instance_id")).toBe("inst_2");
  });

  test("without the permission are refused before the wire, also where a route forgot to ask for it", async () => {
    const cloud = fakeCloud();
    const app = cloudApp({ fetch: cloud.fetch });
    await app.callback(installBody(1, { granted_permissions: ["alerts:read"] }));
    const session = await app.enter();
    for (const path of [count, "/portal/api/unchecked"]) {
      const refused = await app.call("GET", path, session);
      expect([refused.status, refused.json["code"], refused.json["required_scope"]]).toEqual([
        403,
        "missing_permission",
        "data:read",
      ]);
    }
    expect(cloud.asked).toEqual([]);
  });

  // Contract section 5: the app stored the install but its answer was lost; Cloud revoked that key.
  test("a rejected key ends the installation at once, and a new key brings it back", async () => {
    const cloud = fakeCloud();
    const app = cloudApp({ fetch: cloud.fetch });
    await app.callback(installBody());
    const session = await app.enter();
    cloud.revoke(installBody()["api_key"]);
    expect((await app.call("GET", count, session)).json["code"]).toBe("key_revoked");
    const asked = cloud.asked.length;
    expect((await app.call("GET", count, session)).json["code"]).toBe("key_revoked");
    expect((await app.launch()).json["code"]).toBe("key_revoked");
    expect(cloud.asked.length).toBe(asked);

    expect((await app.callback(installBody())).json["because"]).toBe("duplicate");
    expect((await app.launch()).status).toBe(403);
    const renewed = await app.callback(installBody(1, { api_key: "blnk_new_planted_key" }));
    expect([renewed.status, renewed.json["because"]]).toEqual([200, "new-key"]);
    expect((await app.call("GET", count, session)).json["code"]).toBe("session_expired");
    expect((await app.call("GET", count, await app.enter())).status).toBe(200);
    expect(cloud.asked.at(-1)?.authorization).toBe("Bearer blnk_new_planted_key");
  });

  test("a 401 within the grace time is tried again", async () => {
    const cloud = fakeCloud();
    let rejections = 2;
    const early: typeof globalThis.fetch = async (input, init) => {
      if (rejections === 0) return cloud.fetch(input, init);
      rejections -= 1;
      return Response.json({ error: "Not yet.", code: "unauthorized" }, { status: 401 });
    };
    const app = cloudApp({
      fetch: early,
      random: () => 0,
      variables: { ANNEX_CLOUD_URL: "http://cloud.test" },
    });
    await app.callback(installBody());
    expect((await app.call("GET", count, await app.enter())).status).toBe(200);
  });

  // A page gave up after 25 seconds and heard that the app had not answered.
  test("a 401 that stays within the grace time is told to a page that waits, and is no verdict", async () => {
    const cloud = fakeCloud();
    let isProxyInTheWay = true;
    const proxied: typeof globalThis.fetch = async (input, init) =>
      isProxyInTheWay ? new Response("<h1>Who are you?</h1>", { status: 401 }) : cloud.fetch(input, init);
    const app = cloudApp({
      fetch: proxied,
      random: () => 0,
      sleep: async () => undefined,
      variables: { ANNEX_CLOUD_URL: "http://cloud.test" },
    });
    await app.callback(installBody());
    const session = await app.enter();
    expect((await app.call("GET", count, session)).json["code"]).toBe("suspended");
    isProxyInTheWay = false;
    expect((await app.call("GET", count, session)).status).toBe(200);
  });

  // The work that was refused had it asked at once; whoever then opened its page looked at the refusal for twenty seconds.
  test("while its page is open Cloud is asked about a suspended installation every five seconds", async () => {
    let now = 0;
    const asked: number[] = [];
    const installations = createInstallations({
      store: { runs: { hurry: async (_id: string, at: number) => void asked.push(at) } },
      clock: () => now,
      onWork: () => undefined,
    } as unknown as InstallationsParts);
    for (; now <= 12_000; now += 1000) installations.askSoon("instapp_1");
    expect(asked).toEqual([0, 5000, 10_000]);
  });

  // The client took a proxy's page for what it is; who asked Cloud which of two installations it holds did not.
  test("a proxy's page with Cloud's words on it ends neither of two installations that Cloud is asked about", async () => {
    const asked = new Set<string | null>();
    const proxy: typeof globalThis.fetch = async (input, init) => {
      asked.add(new Request(input, init).headers.get("authorization"));
      return new Response('{"error":"The key was revoked.","code":"key_revoked"}', {
        status: 401,
        headers: { "content-type": "text/html; charset=utf-8" },
      });
    };
    const app = cloudApp({ fetch: proxy });
    await app.callback(installBody(1));
    await app.callback(installBody(2, { instance_id: "inst_1" }));
    // The second's key is asked with once the answer to the first's has been taken in, and only while both are there.
    await expect.poll(() => asked.size, { timeout: 30_000 }).toBe(2);
    for (const number of [1, 2]) {
      expect((await app.launch({ installed_app_id: `instapp_${number}` })).status).toBe(200);
    }
  });

  // Only Cloud's own words say anything of a key.
  test.each([
    ["unclear", () => Promise.reject(new TypeError("fetch failed"))],
    ["unclear", async () => new Response("<h1>Bad gateway</h1>", { status: 502 })],
    [
      "unclear",
      async () => Response.json({ error: "Stopped.", code: "instance_unavailable" }, { status: 503 }),
    ],
    ["refused", async () => new Response("<h1>Who are you?</h1>", { status: 401 })],
    ["refused", async () => Response.json({ message: "Unauthorized" }, { status: 401 })],
    ["refused", async () => Response.json({ error: "No key.", code: "unauthorized" }, { status: 401 })],
    ["revoked", async () => Response.json({ error: "Revoked.", code: "key_revoked" }, { status: 401 })],
    ["accepted", async () => Response.json({ error: "No.", code: "missing_scope" }, { status: 403 })],
    ["accepted", async () => Response.json({ data: [], total: 0 })],
  ] as const)("what Cloud is asked about a key is %s when it answers like this", async (wanted, fetch) => {
    const heard: KeyAnswer[] = [];
    const question = { suspendedAt: 1, contests: [] };
    const ask = createAskCloud({
      store: { installations: { openQuestions: async () => question } } as unknown as Store,
      installations: {
        find: async () => ({ instanceId: "inst_1" }),
        openKey: async () => ({ key: new Secret("blnk_planted"), isSuspended: true }),
        keyAnswered: async (_id: string, _key: Secret, answer: KeyAnswer) => heard.push(answer),
      } as unknown as Installations,
      cloudUrl: "http://cloud.test",
      fetch,
      clock: () => 2,
      log: { warn: () => undefined },
    });
    await ask("instapp_1");
    expect(heard).toEqual([wanted]);
  });

  test("a contest without a word of Cloud's is told in the log, and after a day of asking the newer is believed", async () => {
    let now = Date.parse("2026-11-26T12:00:00Z");
    const app = cloudApp({
      clock: () => now,
      random: () => 0.5,
      fetch: () => Promise.reject(new TypeError("fetch failed")),
    });
    await app.callback(installBody(1));
    await app.callback(installBody(2, { instance_id: "inst_1" }));
    expect(app.log()).not.toContain("for more than an hour");
    const running = await openApp(app.app);
    const begun = now;
    const older = async () => {
      now += 10 * 60_000;
      running.look();
      return (await app.launch({ installed_app_id: "instapp_1" })).status;
    };
    await expect.poll(older, { timeout: 30_000, interval: 1 }).not.toBe(200);
    expect(now - begun).toBeGreaterThan(24 * 3_600_000);
    expect((await app.launch({ installed_app_id: "instapp_2" })).status).toBe(200);
    expect(app.log()).toMatch(/for more than an hour.*ANNEX_CLOUD_URL/);
  });

  test("after an uninstall nothing is asked any more", async () => {
    const cloud = fakeCloud();
    const app = cloudApp({ fetch: cloud.fetch });
    await app.callback(installBody());
    const session = await app.enter();
    await app.callback(uninstallBody());
    expect((await app.call("GET", count, session)).json["code"]).toBe("app_uninstalled");
    expect(cloud.asked).toEqual([]);
  });

  test.each([
    [503, "instance_unavailable", "instance_unavailable", 503],
    [429, "rate_limited", "rate_limited", 429],
    [404, "not_found", "not_found", 404],
    [403, "instance_mismatch", "instance_mismatch", 502],
  ])("an answer %i %s is explained as %s", async (status, code, wanted, shown) => {
    const answer: typeof globalThis.fetch = async () =>
      Response.json({ error: "No.", code }, { status, headers: { "retry-after": "3600" } });
    const app = cloudApp({ fetch: answer, random: () => 0 });
    await app.callback(installBody());
    const refused = await app.call("GET", count, await app.enter());
    expect([refused.status, refused.json["code"]]).toEqual([shown, wanted]);
  });
});
