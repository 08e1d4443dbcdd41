import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  callbackSecret,
  installBody,
  olderSecret,
  publicUrl,
  type TestApp,
  testApp,
  uninstallBody,
} from "../../test/support.ts";

/** What every refusal says: what happened, what to do next, and where it stands in the log. */
const toldWhole = {
  error: expect.stringMatching(/\w/),
  code: expect.stringMatching(/\w/),
  next: expect.stringMatching(/\w/),
  reference: expect.stringMatching(/\w/),
};

/** Whether an installation can be launched, which is what "active" means to Cloud. */
async function launchStatus(app: TestApp, number = 1): Promise<number> {
  const { status } = await app.launch({
    installed_app_id: `instapp_${number}`,
    instance_id: `inst_${number}`,
  });
  return status;
}

describe("events", () => {
  test("an acknowledged install can be launched, also after a restart", async () => {
    const app = testApp();
    expect((await app.callback(installBody())).status).toBe(200);
    expect(await launchStatus(app)).toBe(200);
    expect(await launchStatus(await app.reopened())).toBe(200);
  });

  test("the later edition without organization and user is as good", async () => {
    const app = testApp();
    const { organization_id: _organization, ...body } = installBody();
    expect((await app.callback(body)).status).toBe(200);
    expect((await app.launch({ organization_id: undefined, user_id: undefined })).status).toBe(200);
  });

  // Contract section 5: the same install event twice at the same instant.
  test("a hundred parallel duplicates make one record and start its work once", async () => {
    const app = testApp();
    const answers = await Promise.all(Array.from({ length: 100 }, () => app.callback(installBody())));
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 100 }, () => 200));
    expect(answers.filter(({ json }) => json["because"] === "installed")).toHaveLength(1);
    expect(answers.filter(({ json }) => json["because"] === "duplicate")).toHaveLength(99);
  });

  test("a hundred parallel uninstalls end it once", async () => {
    const app = testApp();
    await app.callback(installBody());
    const answers = await Promise.all(Array.from({ length: 100 }, () => app.callback(uninstallBody())));
    expect(answers.every(({ status }) => status === 200)).toBe(true);
    expect(answers.filter(({ json }) => json["because"] === "uninstalled")).toHaveLength(1);
    expect(await launchStatus(app)).toBe(403);
  });

  test("an uninstall that is tried again later is acknowledged", async () => {
    const app = testApp();
    await app.callback(installBody());
    await app.callback(uninstallBody());
    const again = await app.callback(uninstallBody(1, { uninstalled_at: "2026-04-22T08:00:00+02:00" }));
    expect([again.status, again.json["because"]]).toEqual([200, "duplicate"]);
  });

  // A 422 for a time that nothing uses: the uninstall could never be finished, and the key lived on.
  test.each([
    undefined,
    null,
    "2026-04-21T12:00:00",
    "21 Apr 2026",
    "yesterday",
    "",
    1_776_772_800,
    {},
    "x".repeat(500),
  ])("an uninstall at %j is one", async (time) => {
    const app = testApp();
    await app.callback(installBody());
    expect((await app.callback(uninstallBody(1, { uninstalled_at: time }))).json["because"]).toBe(
      "uninstalled",
    );
    expect(await launchStatus(app)).toBe(403);
  });

  test("an uninstall before its install keeps the late install from coming back", async () => {
    const app = testApp();
    expect((await app.callback(uninstallBody())).status).toBe(200);
    expect((await app.callback(installBody())).status).toBe(200);
    expect(await launchStatus(app)).toBe(403);
    expect(app.files().includes("planted_key")).toBe(false);
  });

  test("a late duplicate of an install after the uninstall changes nothing", async () => {
    const app = testApp();
    await app.callback(installBody());
    await app.callback(uninstallBody());
    expect((await app.callback(installBody())).json["because"]).toBe("late-install");
    expect(await launchStatus(app)).toBe(403);
  });

  test("a second installation of an instance supersedes the first once Cloud has said so, and a late uninstall of the first leaves it alone", async () => {
    const revoked = { error: "The key was revoked.", code: "key_revoked" };
    const app = testApp({
      variables: { ANNEX_KEY_GRACE_SECONDS: "0" },
      fetch: async () => Response.json(revoked, { status: 401 }),
    });
    await app.callback(installBody(1));
    await app.callback(installBody(2, { instance_id: "inst_1" }));
    const first = async () => (await app.launch({ installed_app_id: "instapp_1" })).json["code"];
    await expect.poll(first).toBe("app_uninstalled");
    await app.callback(uninstallBody(1));
    expect((await app.launch({ installed_app_id: "instapp_2", instance_id: "inst_1" })).status).toBe(200);
  });

  test("the same instance id in two organizations is two places", async () => {
    const app = testApp();
    await app.callback(installBody(1));
    await app.callback(installBody(2, { instance_id: "inst_1", organization_id: "org_2" }));
    expect((await app.launch({ installed_app_id: "instapp_1" })).status).toBe(200);
  });

  test.each([
    ["another body", { granted_permissions: ["data:read"] }, "idempotency_key_reused"],
    ["another instance", { instance_id: "inst_9" }, "idempotency_key_reused"],
    ["another organization", { organization_id: "org_9" }, "idempotency_key_reused"],
    ["another key", { api_key: "blnk_xyz_another_key" }, "key_differs"],
  ])("the same idempotency key with %s is refused and logged", async (_what, changes, code) => {
    const app = testApp();
    await app.callback(installBody());
    const refused = await app.callback(installBody(1, changes));
    expect([refused.status, refused.json["code"]]).toEqual([409, code]);
    expect(refused.json).toMatchObject(toldWhole);
    expect(await launchStatus(app)).toBe(200);
    await expect.poll(() => app.log()).toContain(String(refused.json["reference"]));
  });

  // The second's own install passed for the first one's under a used key, was refused, and so cancelled by Cloud.
  test.each([
    ["an install", installBody(1, { idempotency_key: "install:instapp_2" })],
    ["an uninstall", uninstallBody(1, { idempotency_key: "uninstall:instapp_2" })],
  ])("%s whose idempotency key names another installation changes nothing", async (_what, body) => {
    const app = testApp();
    const refused = await app.callback(body);
    expect([refused.status, refused.json["code"], refused.json["field"]]).toEqual([
      422,
      "idempotency_key_of_another",
      "idempotency_key",
    ]);
    for (const number of [1, 2]) {
      expect((await app.callback(installBody(number))).json["because"]).toBe("installed");
      expect((await app.callback(uninstallBody(number))).json["because"]).toBe("uninstalled");
    }
  });

  test("an uninstall for the installation of another tenant is refused", async () => {
    const app = testApp();
    await app.callback(installBody());
    const refused = await app.callback(uninstallBody(1, { instance_id: "inst_2" }));
    expect([refused.status, refused.json["code"]]).toEqual([409, "installation_of_another_tenant"]);
    expect(await launchStatus(app)).toBe(200);
  });

  test("in any order and however often, what was uninstalled stays so and the rest can be launched", async () => {
    const events = fc.array(
      fc.record({ kind: fc.constantFrom("install", "uninstall"), number: fc.integer({ min: 1, max: 5 }) }),
      { maxLength: 25 },
    );
    await fc.assert(
      fc.asyncProperty(events, async (list) => {
        const app = testApp();
        await Promise.all(
          list.map(({ kind, number }) =>
            app.callback(kind === "install" ? installBody(number) : uninstallBody(number)),
          ),
        );
        for (const number of [1, 2, 3, 4, 5]) {
          const sent = new Set(list.filter((event) => event.number === number).map((event) => event.kind));
          const wanted = sent.has("uninstall") ? 403 : sent.has("install") ? 200 : 404;
          expect(await launchStatus(app, number)).toBe(wanted);
        }
        await app.app.close();
      }),
      { numRuns: 12 },
    );
  });
});

describe("bodies", () => {
  const text = JSON.stringify(installBody());
  const accepted: readonly (readonly [what: string, body: string, contentType: string])[] = [
    ["a charset in the content type", text, "application/json; charset=UTF-8"],
    ["no content type to speak of", text, "text/plain"],
    ["a byte order mark", `\uFEFF${text}`, "application/json"],
    ["unknown extra fields", JSON.stringify({ ...installBody(), extra: { deep: [1] } }), "application/json"],
    [
      "keys in another order",
      JSON.stringify(Object.fromEntries(Object.entries(installBody()).reverse())),
      "application/json",
    ],
  ];

  test.each(accepted)(
    "%s is accepted, and a duplicate of the plain form",
    async (_what, body, contentType) => {
      const app = testApp();
      await app.callback(text);
      const answer = await app.callback(body, { "content-type": contentType });
      expect([answer.status, answer.json["because"]]).toEqual([200, "duplicate"]);
    },
  );

  const without = (field: string) => {
    const { [field]: _left, ...rest } = installBody();
    return rest;
  };
  const refused: readonly (readonly [what: string, body: unknown, status: number, field: string])[] = [
    ["nothing", "", 400, "body"],
    ["half of a JSON text", text.slice(0, 40), 400, "body"],
    ["bytes that are no text", "\u0000", 400, "body"],
    ["a list", [], 422, "body"],
    ["null", "null", 422, "body"],
    ["a number", "12", 422, "body"],
    ["no idempotency key", without("idempotency_key"), 422, "idempotency_key"],
    [
      "an idempotency key of another kind",
      installBody(1, { idempotency_key: "update:instapp_1" }),
      422,
      "idempotency_key",
    ],
    ["an idempotency key that is a number", installBody(1, { idempotency_key: 7 }), 422, "idempotency_key"],
    ["no installation", without("installed_app_id"), 422, "installed_app_id"],
    [
      "an installation of a wrong form",
      installBody(1, { installed_app_id: "app_1" }),
      422,
      "installed_app_id",
    ],
    ["no app", without("app_id"), 422, "app_id"],
    ["no instance", without("instance_id"), 422, "instance_id"],
    ["no key", without("api_key"), 422, "api_key"],
    ["a key that is none", installBody(1, { api_key: "sk_live_1" }), 422, "api_key"],
    ["no permissions", without("granted_permissions"), 422, "granted_permissions"],
    [
      "permissions as a text",
      installBody(1, { granted_permissions: "data:read" }),
      422,
      "granted_permissions",
    ],
    [
      "an unknown scope",
      installBody(1, { granted_permissions: ["data:read", "data:delete"] }),
      422,
      "granted_permissions.1",
    ],
    ["an organization of a wrong type", installBody(1, { organization_id: 5 }), 422, "organization_id"],
    ["more than 64 KiB", installBody(1, { padding: "x".repeat(64 * 1024) }), 413, "body"],
    ["10 MB", "x".repeat(10_000_000), 413, "body"],
  ];

  test.each(refused)(
    "%s is refused, the field named, and nothing stored",
    async (_what, body, status, field) => {
      const app = testApp();
      const answer = await app.callback(body);
      expect([answer.status, answer.json["field"]]).toEqual([status, field]);
      expect(answer.json).toMatchObject(toldWhole);
      expect(answer.text).not.toMatch(/planted_key|\.ts:\d|at .*\(/);
      expect(await launchStatus(app)).toBe(404);
    },
  );

  test("an unknown charset is refused", async () => {
    const answer = await testApp().callback(text, { "content-type": "application/json; charset=klingon" });
    expect([answer.status, answer.json["code"]]).toEqual([415, "charset_unknown"]);
  });
});

describe("the capability in the URL", () => {
  const unknown = async (app: TestApp) => (await app.app.fetch(new Request(`${publicUrl}/nowhere`))).text();

  test.each([
    ["POST", "/cloud/wrong-secret-of-the-same-length-/callback"],
    ["POST", `/cloud/${callbackSecret}x/callback`],
    ["POST", `/cloud/${callbackSecret.slice(1)}/portal`],
    ["POST", "/cloud//callback"],
    ["GET", "/cloud/wrong/callback"],
    ["DELETE", "/cloud/wrong/portal"],
    ["POST", `/cloud/${callbackSecret}/other`],
    ["POST", `/cloud/${callbackSecret}/callback/`],
  ])("%s %s answers as any unknown path does", async (method, path) => {
    const app = testApp();
    const body = method === "POST" ? JSON.stringify(installBody()) : null;
    const answer = await app.app.fetch(new Request(`${publicUrl}${path}`, { method, body }));
    expect([answer.status, await answer.text()]).toEqual([404, await unknown(app)]);
    expect(await launchStatus(app)).toBe(404);
  });

  test("an older secret is still good", async () => {
    const app = testApp();
    const request = new Request(`${publicUrl}/cloud/${olderSecret}/callback`, {
      method: "POST",
      body: JSON.stringify(installBody()),
    });
    expect((await app.app.fetch(request)).status).toBe(200);
  });

  test.each(["GET", "PUT", "DELETE", "PATCH", "OPTIONS"])(
    "%s behind the right secret answers 405",
    async (method) => {
      const answer = await testApp().call(method, `/cloud/${callbackSecret}/callback`);
      expect([answer.status, answer.headers.get("allow"), answer.json["code"]]).toEqual([
        405,
        "POST",
        "method_not_allowed",
      ]);
      expect(answer.json).toMatchObject(toldWhole);
    },
  );
});

describe("when the store fails", () => {
  test("an event is refused with a reference, and taken when the store works again", async () => {
    const app = testApp();
    expect((await app.get("/health")).status).toBe(200);
    const saboteur = new DatabaseSync(join(app.directory, "app.db"));
    saboteur.exec("ALTER TABLE events RENAME TO hidden; ALTER TABLE health RENAME TO hidden_health");
    const refused = await app.callback(installBody());
    expect([refused.status, refused.json["code"]]).toEqual([500, "app_failed"]);
    expect(refused.text).not.toContain("events");
    await expect.poll(() => app.log()).toContain(String(refused.json["reference"]));
    expect((await app.get("/health")).status).toBe(503);
    expect((await app.get("/ready")).json).toMatchObject({ status: "not_ready" });

    saboteur.exec("ALTER TABLE hidden RENAME TO events; ALTER TABLE hidden_health RENAME TO health");
    saboteur.close();
    expect((await app.callback(installBody())).json["because"]).toBe("installed");
    expect((await app.get("/health")).status).toBe(200);
  });
});

describe("what is kept secret", () => {
  test("no key, token or capability is in the files, the log or an answer", async () => {
    const app = testApp();
    const answers = [
      await app.callback(installBody()),
      await app.callback(installBody()),
      await app.callback(installBody(1, { api_key: "blnk_abc_planted_key_other" })),
      await app.callback(JSON.stringify(installBody(2)).slice(0, -1)),
      await app.callback(installBody(2, { api_key_prefix: 5 })),
    ];
    const launched = await app.launch();
    const link = new URL(String(launched.json["portal_url"])).searchParams.get("token") ?? "none";
    const session = await app.enter();
    await app.call("GET", "/portal/api/session", session);
    await app.get(`/portal/enter?token=${link}x`);
    await expect.poll(() => app.log()).toContain("Portal call refused.");
    for (const place of [app.log(), app.files().toString("latin1")]) {
      expect(place).not.toContain("planted_key");
      expect(place).not.toContain(link);
      expect(place).not.toContain(session);
      expect(place).not.toContain(callbackSecret);
    }
    for (const { text } of answers) expect(text).not.toContain("planted_key");
  });
});
