import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { passiveCallHeader } from "@annex/protocol";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { z } from "zod";
import {
  callbackSecret,
  installBody,
  pathOf,
  portalRequest,
  publicUrl,
  sessionIn,
  type TestApp,
  type TestOptions,
  temporaryDirectory,
  testApp,
  uninstallBody,
} from "../../test/support.ts";
import { AppError, checkInput, memberOf, ProviderUnreachable, RateLimited } from "../index.ts";

/** A clock that a test moves. */
function handClock() {
  let now = Date.UTC(2026, 3, 21, 12);
  return {
    now: () => now,
    pass: (seconds: number) => {
      now += seconds * 1000;
    },
  };
}

async function installed(options: TestOptions = {}): Promise<TestApp> {
  const app = testApp(options);
  await app.callback(installBody());
  return app;
}

const sessionPath = "/portal/api/session";

describe("launch", () => {
  test("each launch gives a fresh link with nothing secret but its token", async () => {
    const app = await installed();
    const [one, other] = [await app.launch(), await app.launch()];
    const link = new URL(String(one.json["portal_url"]));
    expect(`${link.origin}${link.pathname}`).toBe(`${publicUrl}/portal/enter`);
    expect([...link.searchParams.keys()]).toEqual(["token"]);
    expect(
      Buffer.from((link.searchParams.get("token") ?? "").slice("annexl_".length), "base64url"),
    ).toHaveLength(4 + 32);
    expect(one.json["portal_url"]).not.toBe(other.json["portal_url"]);
  });

  test.each([
    ["an unknown installation", { installed_app_id: "instapp_9" }, 404, "installation_unknown"],
    ["another app", { app_id: "app_2" }, 403, "installation_mismatch"],
    ["another instance", { instance_id: "inst_2" }, 403, "installation_mismatch"],
    ["another organization", { organization_id: "org_2" }, 403, "installation_mismatch"],
    ["no instance", { instance_id: undefined }, 422, "invalid_body"],
    ["a user of a wrong form", { user_id: "me" }, 422, "invalid_body"],
    ["a list for a user", { user_id: ["user_1"] }, 422, "invalid_body"],
  ])("%s is refused without a URL", async (_what, changes, status, code) => {
    const refused = await (await installed()).launch(changes);
    expect([refused.status, refused.json["code"]]).toEqual([status, code]);
    expect(refused.text).not.toContain("portal_url");
    expect(refused.json["reference"]).toMatch(/^ref_/);
  });

  test("an uninstalled app is not launched", async () => {
    const app = await installed();
    await app.callback(uninstallBody());
    const refused = await app.launch();
    expect([refused.status, refused.json["code"]]).toEqual([403, "app_uninstalled"]);
  });

  test("who the app does not let in gets no link", async () => {
    const app = await installed({ authorizeUser: ({ userId }) => userId === "user_1" });
    expect((await app.launch()).status).toBe(200);
    const refused = await app.launch({ user_id: "user_2" });
    expect([refused.status, refused.json["code"]]).toEqual([403, "user_not_allowed"]);
  });

  test("a hook that fails lets nobody in", async () => {
    const app = await installed({
      authorizeUser: () => {
        throw new Error("the directory is down");
      },
    });
    const refused = await app.launch();
    expect([refused.status, refused.json["code"]]).toEqual([500, "app_failed"]);
    expect(refused.text).not.toContain("directory");
    await expect.poll(() => app.log()).toContain("the directory is down");
    expect(app.log()).toContain(String(refused.json["reference"]));
  });
});

describe("who may use the app", () => {
  const members = {
    name: "Test App",
    description: "",
    developer: "Acme",
    logoUrl: "",
    permissions: [],
    launchAccess: ["user_1", "user_3"],
  } as const;

  test("who is not named in launch access is refused at launch, page and call", async () => {
    const everybody = await installed();
    const session = await everybody.enter({ user_id: "user_2" });
    const link = pathOf(String((await everybody.launch({ user_id: "user_2" })).json["portal_url"]));
    await everybody.app.close();
    const app = testApp({ manifest: members, directory: everybody.directory });
    for (const refused of [
      await app.launch({ user_id: "user_2" }),
      await app.get(link, { accept: "application/json" }),
      await app.call("GET", sessionPath, session),
    ])
      expect([refused.status, refused.json["code"]]).toEqual([403, "user_not_allowed"]);
    expect((await app.launch({ user_id: "user_3" })).status).toBe(200);
  });

  test("where the later edition names nobody, Cloud has looked", async () => {
    expect((await (await installed({ manifest: members })).launch({ user_id: undefined })).status).toBe(200);
  });

  // A directory that hung held the launch until Cloud gave up, and each call of the page with it.
  test("a check that does not answer in five seconds lets nobody in, and says so", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    onTestFinished(() => {
      vi.useRealTimers();
    });
    let aborted = false;
    const app = testApp({
      authorizeUser: ({ signal }) => {
        signal.addEventListener("abort", () => {
          aborted = true;
        });
        return new Promise<boolean>(() => undefined);
      },
    });
    await app.callback(installBody());
    const launching = app.launch();
    await vi.waitFor(() => expect(vi.getTimerCount()).toBeGreaterThan(0));
    await vi.advanceTimersByTimeAsync(5000);
    vi.useRealTimers();
    const refused = await launching;
    expect([refused.status, refused.json["code"], aborted]).toEqual([503, "app_failed", true]);
    expect(refused.json["next"]).toContain("Try again");
    expect(refused.text).not.toContain("portal_url");
    await app.app.close();
    expect(app.log()).toContain("authorizeUser did not answer within 5000 ms");
  });

  test.each(["yes", 1, {}, undefined, null])("a check that answers %j has not said yes", async (answer) => {
    const app = await installed({ authorizeUser: async () => answer as unknown as boolean });
    expect((await app.launch()).status).toBe(403);
  });
});

describe("entering", () => {
  test("the page carries a session, and the headers that let only Cloud frame it", async () => {
    const app = await installed({
      variables: { ANNEX_PUBLIC_URL: "http://localhost:5002", ANNEX_EMBED_ORIGINS: "http://localhost:4400" },
    });
    const page = await app.get(pathOf(String((await app.launch()).json["portal_url"])), {
      accept: "text/html",
    });
    const policy = page.headers.get("content-security-policy") ?? "";
    expect(page.status).toBe(200);
    expect(policy.split("; ")[0]).toBe(
      "frame-ancestors 'self' https://blnkfinance.com https://*.blnkfinance.com http://localhost:4400",
    );
    const nonce = /script-src 'self' 'nonce-([^']+)'/.exec(policy)?.[1];
    expect(page.text).toContain(`<script nonce="${nonce}" type="application/json" id="annex-session">`);
    expect(page.headers.get("referrer-policy")).toBe("no-referrer");
    expect(page.headers.get("cache-control")).toBe("no-store");
    expect(page.headers.has("x-frame-options")).toBe(false);
    expect(page.headers.has("set-cookie")).toBe(false);
    expect((await app.call("GET", sessionPath, sessionIn(page.text))).status).toBe(200);
  });

  test("without further origins the embedding header is exactly Cloud's", async () => {
    const app = await installed();
    const page = await app.get("/portal");
    expect(page.headers.get("content-security-policy")).toMatch(
      /^frame-ancestors 'self' https:\/\/blnkfinance\.com https:\/\/\*\.blnkfinance\.com; default-src 'none';/,
    );
  });

  test("a link can be loaded again while it is valid, each time for a tab of its own", async () => {
    const clock = handClock();
    const app = await installed({ clock: clock.now });
    const path = pathOf(String((await app.launch()).json["portal_url"]));
    const first = sessionIn((await app.get(path)).text);
    clock.pass(299);
    const second = sessionIn((await app.get(path)).text);
    expect(second).not.toBe(first);
    expect((await app.call("GET", sessionPath, second)).status).toBe(200);
    clock.pass(1);
    const late = await app.get(path, { accept: "text/html" });
    expect([late.status, late.headers.get("content-type")]).toEqual([410, "text/html; charset=utf-8"]);
    expect(late.text).toContain("The session has expired");
  });

  test.each([
    ["an unknown token", "/portal/enter?token=annexl_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"],
    ["something else", "/portal/enter?token=%3Cscript%3E"],
  ])("%s gets a page that says so", async (_what, path) => {
    const page = await (await installed()).get(path, { accept: "text/html" });
    expect(page.status).toBe(401);
    expect(page.text).toContain("There is no session here");
    expect(page.text).not.toContain("<script");
  });

  test("a session's token is not a link's, and the other way round", async () => {
    const app = await installed();
    const link = new URL(String((await app.launch()).json["portal_url"])).searchParams.get("token") ?? "";
    expect((await app.call("GET", sessionPath, link)).status).toBe(401);
    expect((await app.get(`/portal/enter?token=${await app.enter()}`)).status).toBe(401);
  });
});

describe("sessions", () => {
  test("use prolongs a session up to its longest life", async () => {
    const clock = handClock();
    const variables = { ANNEX_SESSION_SECONDS: "900", ANNEX_SESSION_MAX_SECONDS: "2000" };
    const app = await installed({ clock: clock.now, variables });
    const session = await app.enter();
    for (const _use of [1, 2]) {
      clock.pass(899);
      expect((await app.call("GET", sessionPath, session)).status).toBe(200);
      // Nobody waits for the note of a use; what is committed after it says that it is there.
      await app.launch();
    }
    clock.pass(202);
    expect((await app.call("GET", sessionPath, session)).json["code"]).toBe("session_expired");
  });

  test("an idle session expires", async () => {
    const clock = handClock();
    const app = await installed({ clock: clock.now });
    const session = await app.enter();
    clock.pass(900);
    const refused = await app.call("GET", sessionPath, session);
    expect([refused.status, refused.json["code"]]).toEqual([410, "session_expired"]);
    expect(refused.json["next"]).toContain("Launch the app again");
  });

  test("a page that asks by itself does not keep a session alive", async () => {
    const clock = handClock();
    const app = await installed({ clock: clock.now });
    const authorization = `Bearer ${await app.enter()}`;
    const askPassively = () => app.get(sessionPath, { authorization, [passiveCallHeader]: "1" });
    const ends = (await askPassively()).json["expires_at"];
    clock.pass(899);
    const last = await askPassively();
    expect([last.status, last.json["expires_at"]]).toEqual([200, ends]);
    await app.launch();
    clock.pass(1);
    expect((await askPassively()).status).toBe(410);
  });

  test("a session outlives a restart of the app", async () => {
    const app = await installed();
    const session = await app.enter();
    expect((await (await app.reopened()).call("GET", sessionPath, session)).status).toBe(200);
  });

  test("an uninstall ends all sessions and links at once", async () => {
    const app = await installed();
    const path = pathOf(String((await app.launch()).json["portal_url"]));
    const session = await app.enter();
    await app.callback(uninstallBody());
    const refused = await app.call("GET", sessionPath, session);
    expect([refused.status, refused.json["code"]]).toEqual([403, "app_uninstalled"]);
    const page = await app.get(path, { accept: "text/html" });
    expect(page.status).toBe(403);
    expect(page.text).toContain("The app is not installed any more");
  });

  test("so does a newer installation of the same instance, once Cloud refuses the older one's key", async () => {
    const revoked = { error: "The key was revoked.", code: "key_revoked" };
    const app = await installed({
      variables: { ANNEX_KEY_GRACE_SECONDS: "0" },
      fetch: async () => Response.json(revoked, { status: 401 }),
    });
    const session = await app.enter();
    await app.callback(installBody(2, { instance_id: "inst_1" }));
    const code = async () => (await app.call("GET", sessionPath, session)).json["code"];
    // What is kept of an installation that has ended is soon forgotten, its sessions with it.
    await expect.poll(code, { timeout: 30_000 }).toMatch(/^(app_uninstalled|session_unknown)$/);
  });

  test("a user who loses access is stopped at the next call", async () => {
    const allowed = new Set(["user_1"]);
    const app = await installed({ authorizeUser: async ({ userId }) => allowed.has(userId ?? "") });
    const session = await app.enter();
    allowed.delete("user_1");
    const refused = await app.call("GET", sessionPath, session);
    expect([refused.status, refused.json["code"]]).toEqual([403, "user_not_allowed"]);
  });

  // Each lived until that time came again: by its own words it ends in 400 days and five minutes.
  test("a link and a session that were made while the clock was ahead have ended once it is right", async () => {
    for (const seconds of [3600, 400 * 24 * 3600]) {
      const clock = handClock();
      const app = await installed({ clock: clock.now });
      clock.pass(seconds);
      const enter = pathOf(String((await app.launch()).json["portal_url"]));
      const session = await app.enter();
      expect((await app.get(enter)).status).toBe(200);
      clock.pass(-seconds);
      expect((await app.get(enter, { accept: "text/html" })).status).toBe(410);
      expect((await app.call("GET", sessionPath, session)).json["code"]).toBe("session_expired");
      expect((await app.call("GET", sessionPath, await app.enter())).status).toBe(200);
    }
  });

  test("a link and a session that another replica's clock made a little ahead are good", async () => {
    const clock = handClock();
    const app = await installed({ clock: clock.now });
    clock.pass(59);
    const enter = pathOf(String((await app.launch()).json["portal_url"]));
    const session = await app.enter();
    clock.pass(-59);
    expect((await app.get(enter)).status).toBe(200);
    expect((await app.call("GET", sessionPath, session)).status).toBe(200);
  });

  test("links and sessions that expired long ago are forgotten", async () => {
    const clock = handClock();
    const app = await installed({ clock: clock.now });
    const session = await app.enter();
    clock.pass(8 * 3600 + 25 * 3600);
    const later = await app.reopened();
    await expect.poll(async () => (await later.call("GET", sessionPath, session)).status).toBe(401);
  });

  test.each([
    undefined,
    "",
    "Basic dXNlcjpwdw==",
    "Bearer",
    "Bearer  ",
    "Bearer annexs_unknown",
    "Bearer a b",
  ])("the authorization %j is no session", async (authorization) => {
    const app = await installed();
    const headers: Record<string, string> = authorization === undefined ? {} : { authorization };
    const refused = await app.get(sessionPath, headers);
    expect([refused.status, refused.json["code"]]).toEqual([401, "session_unknown"]);
  });

  test("the page learns who, where and what was granted", async () => {
    const app = testApp();
    await app.callback(installBody(1, { granted_permissions: ["data:read"] }));
    expect((await app.call("GET", sessionPath, await app.enter())).json).toMatchObject({
      user_id: "user_1",
      installed_app_id: "instapp_1",
      organization_id: "org_1",
      instance_id: "inst_1",
      granted_permissions: ["data:read"],
      permissions: [
        { scope: "data:read", granted: true },
        { scope: "data:write", granted: false, purpose: "to post what it imports" },
      ],
      app: { name: "Test App", logo_url: "" },
      development: true,
    });
  });
});

test("a route that matches every path takes no launch", async () => {
  const app = await installed({ define: ({ portal }) => void portal.get("/:page", (c) => c.html("mine")) });
  // It opens the launch's address as a browser does.
  const session = await app.enter();
  expect((await app.call("GET", sessionPath, session)).status).toBe(200);
});

describe("the app's own routes", () => {
  const define: TestOptions["define"] = (app) => {
    app.portal
      .get("/api/whoami/:name", {}, (c) =>
        c.json({
          name: c.param("name"),
          mark: c.query("mark"),
          user: c.user.userId,
          where: c.installation.instanceId,
        }),
      )
      .get("/api/notes", {}, async (c) => c.json(await c.data.collection("notes").list()))
      .post("/api/notes", { requires: ["data:write"] }, async (c) => {
        const note = await c.body(z.object({ key: z.string(), amount: z.union([z.bigint(), z.int()]) }));
        await c.data.collection("notes").put(note.key, note);
        return c.json(note, 201);
      })
      .get("/api/own", {}, () => new Response("own", { headers: { etag: '"1"' } }))
      .get("/api/fails/:how", {}, (c) => {
        throw failures[c.param("how")]?.() ?? new Error("planted in a stack: blnk_abc_planted_key");
      });
  };
  const failures: Readonly<Record<string, () => Error>> = {
    provider: () => new ProviderUnreachable("Stripe", new Error("ECONNREFUSED")),
    limit: () => new RateLimited("Stripe", 30),
    own: () =>
      new AppError({
        code: "no_such_run",
        status: 404,
        whatHappened: "There is no such run.",
        whatToDo: "Go back.",
      }),
  };

  test("a handler has path, query, user and installation", async () => {
    const app = await installed({ define });
    const answer = await app.call("GET", "/portal/api/whoami/a%20b?mark=%C3%A9", await app.enter());
    expect(answer.json).toEqual({ name: "a b", mark: "é", user: "user_1", where: "inst_1" });
  });

  test("no body is nothing where the schema takes nothing, and refused where it does not", async () => {
    const takes: TestOptions["define"] = (app) => {
      app.portal
        .post("/api/maybe", async (c) => c.json({ note: (await c.body(z.string().optional())) ?? "none" }))
        .post("/api/wanted", async (c) => c.json(await c.body(z.object({ note: z.string().optional() }))))
        // Its own function reads a field of nothing.
        .post("/api/read", async (c) => c.json(await c.body(z.any().transform((value) => value.amount))));
    };
    const app = await installed({ define: takes });
    const session = await app.enter();
    expect((await app.call("POST", "/portal/api/maybe", session)).json).toEqual({ note: "none" });
    for (const path of ["/portal/api/wanted", "/portal/api/read"])
      expect(await app.call("POST", path, session)).toMatchObject({
        status: 400,
        json: { code: "invalid_json", error: "The body is empty; JSON is wanted." },
      });
  });

  test("a line of a file is refused by its place and its field, and taken with exact integers", async () => {
    const line = z.object({ minor: z.bigint(), to: z.string().min(1, "is missing") });
    expect(await checkInput(line, { minor: 5, to: "@Vendor" }, "line 2")).toEqual({
      minor: 5n,
      to: "@Vendor",
    });
    await expect(checkInput(line, { minor: 5, to: "" }, "line 3")).rejects.toMatchObject({
      status: 422,
      code: "invalid_input",
      whatHappened: "line 3, to: is missing",
      details: { field: "to", place: "line 3" },
    });
    const whole = z.string().min(8, "is too short");
    const refused = (place?: string) => checkInput(whole, "x", place).catch((error: AppError) => error);
    expect(await refused("line 4")).toMatchObject({ whatHappened: "line 4: is too short" });
    expect(((await refused("line 4")) as AppError).details).toEqual({ place: "line 4" });
    expect(await refused()).toMatchObject({ whatHappened: "input: is too short" });
    expect(((await refused()) as AppError).details).toEqual({});
  });

  test("what has to be somebody's is refused to a member whom Cloud did not name", async () => {
    const approves: TestOptions["define"] = (app) => {
      app.portal.post("/api/approve", (c) => c.json({ by: memberOf(c) }));
    };
    const app = await installed({ define: approves });
    expect((await app.call("POST", "/portal/api/approve", await app.enter())).json).toEqual({ by: "user_1" });
    expect(() => memberOf({ user: {} })).toThrow(
      expect.objectContaining({ status: 403, code: "member_unknown" }),
    );
  });

  test("integers stay exact through body, data and answer", async () => {
    const app = await installed({ define });
    const session = await app.enter();
    const text = '{"key":"a","amount":123456789012345678901234567890}';
    expect((await app.call("POST", "/portal/api/notes", session, text)).text).toBe(text);
    expect((await app.call("GET", "/portal/api/notes", session)).text).toBe(`[{"key":"a","value":${text}}]`);
  });

  test("one installation never sees another's data", async () => {
    const app = await installed({ define });
    await app.callback(installBody(2));
    const mine = await app.enter();
    const theirs = await app.enter({ installed_app_id: "instapp_2", instance_id: "inst_2" });
    await app.call("POST", "/portal/api/notes", mine, { key: "mine", amount: 1 });
    expect((await app.call("GET", "/portal/api/notes", theirs)).text).toBe("[]");
  });

  test("a permission that was not granted is named, with what it is for", async () => {
    const app = testApp({ define });
    await app.callback(installBody(1, { granted_permissions: ["data:read"] }));
    const refused = await app.call("POST", "/portal/api/notes", await app.enter(), { key: "a", amount: 1 });
    expect(refused.status).toBe(403);
    expect(refused.json).toMatchObject({
      code: "missing_permission",
      required_scope: "data:write",
      purpose: "to post what it imports",
    });
  });

  test.each([
    ["malformed JSON", "{", 400, "invalid_json"],
    ["nothing", "", 400, "invalid_json"],
    ["JSON a hundred thousand levels deep", "[".repeat(1e5) + "]".repeat(1e5), 400, "invalid_json"],
    ["a missing field", { key: "a" }, 422, "invalid_body"],
    ["a wrong type", { key: 5, amount: 1 }, 422, "invalid_body"],
    ["10 MB", "x".repeat(10_000_000), 413, "body_too_large"],
  ])("%s in a body is refused and stores nothing", async (_what, body, status, code) => {
    const app = await installed({ define });
    const session = await app.enter();
    const refused = await app.call("POST", "/portal/api/notes", session, body);
    expect([refused.status, refused.json["code"]]).toEqual([status, code]);
    expect((await app.call("GET", "/portal/api/notes", session)).text).toBe("[]");
  });

  test("without a session nothing of a route runs", async () => {
    const app = await installed({ define });
    expect((await app.call("POST", "/portal/api/notes", undefined, { key: "a", amount: 1 })).status).toBe(
      401,
    );
    expect((await app.call("GET", "/portal/api/notes", await app.enter())).text).toBe("[]");
  });

  test("a wrong method says which is right, an unknown path is one", async () => {
    const app = await installed({ define });
    const wrong = await app.call("DELETE", "/portal/api/notes", await app.enter());
    expect([wrong.status, wrong.headers.get("allow")]).toEqual([405, "GET, POST"]);
    expect((await app.call("GET", "/portal/api/nothing", await app.enter())).status).toBe(404);
    expect((await app.call("POST", "/portal/enter")).status).toBe(405);
  });

  test("a Response of the handler's own is passed on, and kept out of caches", async () => {
    const app = await installed({ define });
    const answer = await app.call("GET", "/portal/api/own", await app.enter());
    expect([answer.text, answer.headers.get("etag")]).toEqual(["own", '"1"']);
    expect(answer.headers.get("cache-control")).toBe("no-store");
  });

  test.each([
    ["provider", 502, "provider_unreachable", { provider: "Stripe" }],
    ["limit", 429, "rate_limited", { provider: "Stripe", retry_after: 30 }],
    ["own", 404, "no_such_run", { next: "Go back." }],
    ["else", 500, "app_failed", {}],
  ])(
    "a handler that fails with %s is explained, with a reference that is in the log",
    async (how, status, code, more) => {
      const app = await installed({ define });
      const refused = await app.call("GET", `/portal/api/fails/${how}`, await app.enter());
      expect(refused.status).toBe(status);
      expect(refused.json).toMatchObject({ code, ...more });
      expect(refused.text).not.toMatch(/planted|ECONNREFUSED|\.ts/);
      await expect.poll(() => app.log()).toContain(String(refused.json["reference"]));
      expect(app.log()).not.toContain("planted_key");
    },
  );
});

describe("pages", () => {
  async function withPages(): Promise<TestApp> {
    const directory = join(temporaryDirectory(), "pages");
    mkdirSync(join(directory, "assets"), { recursive: true });
    writeFileSync(
      join(directory, "index.html"),
      '<!doctype html><title>Page</title><script type="module" src="/portal/assets/index-1.js"></script>',
    );
    writeFileSync(join(directory, "assets", "index-1.js"), "export {};");
    writeFileSync(join(directory, "logo.svg"), "<svg/>");
    writeFileSync(join(directory, "..", "annex-not-a-page.js"), "secret");
    return installed({ pages: { directory } });
  }

  test.each([
    "/portal",
    "/portal/",
    "/portal/runs/run_1",
    "/portal/enter",
    "/portal/enter?token=",
    "/portal/customers/jane@example.com",
    "/portal/files/report.v2.pdf",
    "/portal/%zz.x",
  ])("a load of %s without a session lets the page resume", async (path) => {
    const app = await withPages();
    const page = await app.get(path, { accept: "text/html,application/xhtml+xml,*/*;q=0.8" });
    expect(page.status).toBe(200);
    expect(page.text).toContain('src="/portal/assets/index-1.js"');
    expect(page.text).not.toContain("annex-session");
  });

  test("files of the page are served, and nothing beside them", async () => {
    const app = await withPages();
    const script = await app.get("/portal/assets/index-1.js");
    expect([script.status, script.headers.get("content-type")]).toEqual([
      200,
      "text/javascript; charset=utf-8",
    ]);
    expect(script.headers.get("cache-control")).toContain("immutable");
    expect((await app.get("/portal/logo.svg")).headers.get("content-security-policy")).toContain("sandbox");
    for (const path of [
      "/portal/..%2fannex-not-a-page.js",
      "/portal/%2e%2e/annex-not-a-page.js",
      "/portal/assets/..%2f..%2fannex-not-a-page.js",
      "/portal/assets/missing.js",
      "/portal/%ff.js",
      "/portal/a%00.js",
    ]) {
      const answer = await app.get(path);
      expect([path, answer.status]).toEqual([path, 404]);
    }
  });
});

describe("a page that the app's own server renders", () => {
  const define: TestOptions["define"] = ({ portal }) =>
    portal
      .get("/report", { requires: ["data:read"] }, (c) => c.html(`<p>Report of ${c.installation.instanceId}`))
      .post("/report", (c) => c.html(`<p>Sent ${c.form()} to ${c.installation.instanceId}`));
  const html = { accept: "text/html", "content-type": "application/x-www-form-urlencoded" };
  const post = (app: TestApp, fields: Record<string, string>) =>
    app.app.fetch(
      new Request(`${publicUrl}/portal/report?week=1`, {
        method: "POST",
        headers: html,
        body: new URLSearchParams(fields),
      }),
    );

  test("asked for without a session it is an empty page that carries one to it", async () => {
    const app = await installed({ define });
    const page = await app.get("/portal/report", html);
    expect(page.status).toBe(200);
    expect(page.text).toContain("There is no session here");
    expect(page.text).not.toContain("inst_1");
  });

  test("a form carries the session, which is no part of what the handler gets", async () => {
    const app = await installed({ define });
    const session = await app.enter();
    const loaded = await post(app, { annex_session: session, annex_method: "get" });
    const page = await loaded.text();
    expect([loaded.status, page.includes("Report of inst_1")]).toEqual([200, true]);
    expect(sessionIn(page)).toBe(session);
    expect(page).toContain('"", "/portal/report?week=1" + location.hash)');
    expect(loaded.headers.get("content-security-policy")).toContain("frame-ancestors 'self'");
    const sent = await post(app, { annex_session: session, text: "hello" });
    expect(await sent.text()).toContain("Sent text=hello to inst_1");
  });

  test("it looks like something where it says nothing of its look, and as its author has it where it does", async () => {
    const dressed: TestOptions["define"] = ({ portal }) =>
      portal
        .get("/plain", (c) => c.html("<p>Plain"))
        .get("/dressed", (c) => c.html("<style>p{color:red}</style><p>Dressed"));
    const app = await installed({ define: dressed });
    const session = await app.enter();
    const load = async (path: string) => {
      const body = new URLSearchParams({ annex_session: session, annex_method: "get" });
      const request = new Request(`${publicUrl}/portal/${path}`, { method: "POST", headers: html, body });
      return (await app.app.fetch(request)).text();
    };
    // In a layer, the first of the page: what a script brings in one of its own outweighs it.
    expect(await load("plain")).toContain("<style>@layer annex{\n:where(:root){color-scheme:light dark");
    expect(await load("dressed")).not.toContain("color-scheme");
  });

  test.each([
    ["no session", {}, 401],
    ["an unknown one", { annex_session: "annexs_unknown" }, 401],
    ["none, for a load", { annex_method: "get" }, 401],
  ])("with %s it is refused as any call is", async (_what, fields, status) => {
    const app = await installed({ define });
    const refused = await post(app, fields as Record<string, string>);
    expect(refused.status).toBe(status);
    expect(await refused.text()).not.toContain("inst_1");
  });

  test("calls of its script get it with their header", async () => {
    const app = await installed({ define });
    const page = await app.get("/portal/report", { ...html, authorization: `Bearer ${await app.enter()}` });
    expect(page.text).toContain("Report of inst_1");
  });
});

describe("the policy of the pages", () => {
  const policyOf = async (options: TestOptions) =>
    (await (await installed(options)).get("/portal")).headers.get("content-security-policy") ?? "";

  test("can be widened by name, and loses nothing else", async () => {
    const narrow = await policyOf({});
    const wide = await policyOf({
      contentPolicy: {
        "script-src": ["https://js.stripe.com"],
        "frame-src": ["https://js.stripe.com", "https://*.plaid.com"],
        "font-src": ["https://fonts.gstatic.com"],
      },
    });
    const directives = (policy: string) =>
      new Map(
        policy.split("; ").map((text) => [text.split(" ")[0], text.replace(/'nonce-[^']+'/, "'nonce'")]),
      );
    const [before, after] = [directives(narrow), directives(wide)];
    expect(after.get("frame-src")).toBe("frame-src 'self' https://js.stripe.com https://*.plaid.com");
    for (const [name, text] of before) expect(after.get(name ?? "")?.startsWith(text)).toBe(true);
    expect(after.get("script-src")).toBe("script-src 'self' 'nonce' https://js.stripe.com");
    expect(after.get("font-src")).toBe("font-src 'self' data: https://fonts.gstatic.com");
    expect(after.get("frame-ancestors")).toBe(before.get("frame-ancestors"));
  });

  test.each([
    { "frame-ancestors": ["https://evil.example.com"] },
    { "default-src": ["https://evil.example.com"] },
    { "script-src": ["*"] },
    { "script-src": ["https:"] },
    { "script-src": ["https://*"] },
    { "script-src": ["http://js.example.com"] },
    { "script-src": ["'unsafe-inline'"] },
    { "script-src": ["'unsafe-eval'"] },
    { "script-src": ["data:"] },
    { "connect-src": ["https://a.example.com; script-src *"] },
    { "connect-src": ["https://a.example.com https://b.example.com"] },
    { "img-src": ["'none'"] },
  ])("%j is refused where the app is made", (contentPolicy) => {
    expect(() => testApp({ contentPolicy })).toThrow(/^contentPolicy /);
  });
});

test("the error page escapes what it shows", async () => {
  const app = await installed({
    define: (app) =>
      app.portal.get("/page", {}, () => {
        throw new ProviderUnreachable("<b>Acme</b> & 'Sons'");
      }),
  });
  const page = await app.get("/portal/page", {
    accept: "text/html",
    authorization: `Bearer ${await app.enter()}`,
  });
  expect(page.status).toBe(502);
  expect(page.text).toContain("&lt;b&gt;Acme&lt;/b&gt; &amp; &#39;Sons&#39; cannot be reached");
  expect(page.text).not.toContain("<b>");
});

test("a launch of ids of another tenant never opens this one's", async () => {
  const app = await installed();
  await app.callback(installBody(2));
  const answer = await app.app.fetch(
    new Request(`${publicUrl}/cloud/${callbackSecret}/portal`, {
      method: "POST",
      body: JSON.stringify(portalRequest({ installed_app_id: "instapp_2" })),
    }),
  );
  expect(answer.status).toBe(403);
});
