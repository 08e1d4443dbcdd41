/**
 * A hostile tenant with everything a tenant can have: installations, sessions and
 * links of its own, the ids of the others, and all the time in the world. Whatever
 * it sends, it never sees a word of another installation, nothing answers 5xx, and
 * the others are served meanwhile. And a fuzz of every entry. Contract sections 5 to 7.
 */
import { createHmac } from "node:crypto";
import { connect, type Socket } from "node:net";
import { idempotencyKeyHeader } from "@annex/protocol";
import fc from "fast-check";
import { describe, expect, onTestFinished, test } from "vitest";
import { z } from "zod";
import {
  callbackSecret,
  installBody,
  pathOf,
  portalRequest,
  publicUrl,
  served,
  type TestApp,
  testApp,
  uninstallBody,
} from "./support.ts";

/** More with `ANNEX_ATTACKS=100000`, as the nightly run does. */
const attacks = Number(process.env["ANNEX_ATTACKS"] ?? 10_000);
const inputs = Number(process.env["ANNEX_FUZZ"] ?? 20_000);

/** Time for so many, on a machine that is busy with others. */
const limitOf = (tries: number) => Math.max(120_000, tries * 20);

/** What stands in the victim's data and nowhere else. */
const treasure = "the-victims-treasure";

/** A press of the victim's, whose answer is kept for whoever repeats it: for him alone. */
const press = "/portal/api/press";
const victimsKey = "the-press-of-the-victim";

type World = {
  readonly app: TestApp;
  readonly victim: { readonly session: string; readonly link: string; readonly runId: string };
  readonly attacker: { readonly session: string; readonly link: string };
};

async function world(): Promise<World> {
  const app = testApp({
    define: (defined) => {
      const input = z.object({ note: z.string() });
      const noting = defined.job("noting", { title: "Noting", input }, () => undefined);
      defined.webhook("/provider/:installation", async ({ param, body }) => {
        const bound = await defined.installation(param("installation"));
        return Response.json({ heard: bound !== undefined, length: body.length });
      });
      defined.portal
        .runs({ jobs: [noting], start: [noting], about: ({ input: what }) => ({ what }) })
        .get("/api/notes", async (c) => c.json(await c.data.collection("notes").list()))
        .get("/api/notes/:key", async (c) =>
          c.json((await c.data.collection("notes").get(c.param("key"))) ?? null),
        )
        .put("/api/notes/:key", { requires: ["data:write"] }, async (c) => {
          await c.data.collection("notes").put(c.param("key"), await c.body(z.json()));
          return c.noContent();
        })
        .post("/api/press", async (c) => c.json(await c.data.collection("notes").list()));
    },
  });
  const tenant = async (number: number) => {
    await app.callback(installBody(number, { organization_id: `org_${number}` }));
    const request = {
      installed_app_id: `instapp_${number}`,
      instance_id: `inst_${number}`,
      organization_id: `org_${number}`,
      user_id: `user_${number}`,
    };
    const link = pathOf(String((await app.launch(request)).json["portal_url"]));
    return { link, session: await app.enter(request) };
  };
  const [victim, attacker] = [await tenant(1), await tenant(2)];
  await app.call("PUT", "/portal/api/notes/secret", victim.session, { treasure });
  const pressed = new Request(`${publicUrl}${press}`, {
    method: "POST",
    headers: { authorization: `Bearer ${victim.session}`, [idempotencyKeyHeader]: victimsKey },
  });
  expect(await (await app.app.fetch(pressed)).text()).toContain(treasure);
  const started = await app.call("POST", "/portal/api/jobs/noting/runs", victim.session, {
    input: { note: treasure },
  });
  const runId = String(started.json["run_id"]);
  expect((await app.call("GET", `/portal/api/runs/${runId}`, victim.session)).text).toContain(treasure);
  return { app, victim: { ...victim, runId }, attacker };
}

/** A token that was tampered with; never the token itself. */
function tampered(token: string): fc.Arbitrary<string> {
  return fc
    .oneof(
      fc
        .nat({ max: token.length - 1 })
        .map((at) => token.slice(0, at) + (token[at] === "A" ? "B" : "A") + token.slice(at + 1)),
      fc.nat({ max: token.length - 1 }).map((at) => token.slice(0, at)),
      fc.string({ minLength: 1, maxLength: 40 }).map((more) => token + more.replace(/\s/g, "x")),
      fc.constantFrom(
        token.toUpperCase(),
        token.replace("annexs_", "annexl_"),
        [...token].reverse().join(""),
      ),
    )
    .filter((made) => made !== token);
}

const victimNames = fc.constantFrom("instapp_1", "inst_1", "org_1", "user_1", "secret");
const trick = fc.oneof(
  victimNames,
  fc.constantFrom(
    "..",
    ".",
    "%2e%2e",
    "%2f",
    "%00",
    "__proto__",
    "constructor",
    "*",
    "'",
    "' OR '1'='1",
    "$(id)",
    "\u0000",
    "%ff",
    "🙈",
  ),
  fc.string({ maxLength: 30 }),
  fc.webPath(),
);

const actions = fc.constantFrom("", "/retry", "/cancel", "/effects", "/..", "?status=completed");

const pathsAbout = (runId: string) =>
  fc.oneof(
    fc
      .tuple(
        fc.constantFrom(
          "/portal/api/notes/",
          "/portal/api/runs/",
          "/portal/api/jobs/",
          "/portal/api/",
          "/portal/",
          "/webhooks/provider/",
          "/webhooks/",
          "/",
        ),
        trick,
      )
      .map(([root, end]) => root + end),
    fc
      .tuple(fc.oneof(fc.constant(runId), trick), actions)
      .map(([run, action]) => `/portal/api/runs/${run}${action}`),
    fc
      .tuple(fc.constantFrom("status", "job", "limit", "after", "before"), trick)
      .map(([name, value]) => `/portal/api/runs?${name}=${encodeURIComponent(value.toWellFormed())}`),
    fc.constantFrom(
      press,
      "/portal/api/session",
      "/portal/api/notes",
      "/portal/api/runs",
      "/portal/api/jobs",
      "/portal/api/jobs/noting/runs",
      "/portal",
      "/portal/enter",
      "/health",
      "/ready",
    ),
    fc.array(trick, { minLength: 1, maxLength: 5 }).map((parts) => `/${parts.join("/")}`),
    fc
      .tuple(fc.constantFrom("installed_app_id", "instance_id", "session", "token", "user_id"), trick)
      .map(([name, value]) => `/portal/api/notes?${name}=${encodeURIComponent(value.toWellFormed())}`),
  );

const headerNames = fc.constantFrom(
  "x-installed-app-id",
  "x-forwarded-for",
  "x-original-url",
  "x-http-method-override",
  "cookie",
  "origin",
  "accept",
  "content-type",
  "if-none-match",
  "range",
  "annex-instance",
  idempotencyKeyHeader,
  idempotencyKeyHeader,
);
const headerValue = fc
  .oneof(
    victimNames,
    fc.constantFrom(
      "text/html",
      "application/json",
      "bytes=0-",
      "PUT",
      "/portal/api/notes",
      "*/*",
      victimsKey,
    ),
  )
  .map((text) => text);

type Attack = {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
};

/** Only what makes a request, so that what is counted is what is sent. */
function attackWith(authorization: fc.Arbitrary<string | undefined>, runId: string): fc.Arbitrary<Attack> {
  return fc
    .record({
      method: fc.constantFrom("GET", "GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"),
      path: pathsAbout(runId),
      headers: fc
        .tuple(fc.dictionary(headerNames, headerValue, { maxKeys: 3 }), authorization)
        .map(([headers, value]) => (value === undefined ? headers : { ...headers, authorization: value })),
      body: fc.option(fc.oneof(fc.json(), trick, fc.constant(JSON.stringify(portalRequest()))), {
        nil: undefined,
      }),
    })
    .filter((attack) => requestOf(attack) !== undefined);
}

/** A request, unless its parts make none; then there is nothing to send either. */
function requestOf({ method, path, headers, body }: Attack): Request | undefined {
  const bodiless = method === "GET" || method === "HEAD" || body === undefined;
  try {
    return new Request(`${publicUrl}${path}`, { method, headers, ...(bodiless ? {} : { body }) });
  } catch {
    return undefined;
  }
}

async function ask(
  app: TestApp,
  attack: Attack,
): Promise<{ readonly status: number; readonly text: string }> {
  const request = requestOf(attack);
  if (request === undefined) throw new Error(`It makes no request: ${JSON.stringify(attack)}`);
  const answer = await app.app.fetch(request);
  const location = [...answer.headers].map(([name, value]) => `${name}: ${value}`).join("\n");
  return { status: answer.status, text: `${location}\n${await answer.text()}` };
}

describe("a hostile tenant", () => {
  test(
    `sees nothing of another in ${attacks} tries, and the other is served meanwhile`,
    async () => {
      const { app, victim, attacker } = await world();
      const links = [attacker.link, victim.link].map(
        (link) => new URLSearchParams(link.split("?")[1]).get("token") ?? "",
      );
      const authorization = fc.oneof(
        { weight: 4, arbitrary: fc.constant(`Bearer ${attacker.session}`) },
        { weight: 2, arbitrary: tampered(victim.session).map((token) => `Bearer ${token}`) },
        {
          weight: 1,
          arbitrary: fc.constantFrom(
            undefined,
            ...links.map((token) => `Bearer ${token}`),
            "Bearer",
            "Basic dTpw",
            "Bearer null",
          ),
        },
      );
      const installing = fc
        .record({
          installed_app_id: fc.constantFrom("instapp_1", "instapp_2", "instapp_3"),
          instance_id: fc.constantFrom("inst_1", "inst_2"),
          organization_id: fc.constantFrom("org_1", "org_2"),
          api_key: fc.constant("blnk_evil_key_of_the_attacker"),
        })
        .map(
          (changes): Attack => ({
            method: "POST",
            path: `/cloud/${createHmac("sha256", "guess").update(JSON.stringify(changes)).digest("base64url")}/callback`,
            headers: {},
            body: JSON.stringify(installBody(1, changes)),
          }),
        );
      const entering = tampered(links[1] ?? "").map(
        (token): Attack => ({
          method: "GET",
          path: `/portal/enter?token=${encodeURIComponent(token.toWellFormed())}`,
          headers: {},
          body: undefined,
        }),
      );
      let sent = 0;
      await fc.assert(
        fc.asyncProperty(
          fc.oneof({ weight: 8, arbitrary: attackWith(authorization, victim.runId) }, installing, entering),
          async (attack) => {
            const { status, text } = await ask(app, attack);
            expect(status).toBeLessThan(500);
            expect(text).not.toContain(treasure);
            if (attack.path === "/portal/api/session") expect(text).not.toContain("inst_1");
            sent += 1;
            if (sent % 1000 === 0) {
              const { status: served, text: notes } = await app.call(
                "GET",
                "/portal/api/notes",
                victim.session,
              );
              expect([served, notes]).toEqual([200, `[{"key":"secret","value":{"treasure":"${treasure}"}}]`]);
            }
          },
        ),
        { numRuns: attacks },
      );
      expect((await app.callback(installBody(1, { organization_id: "org_1" }))).json["because"]).toBe(
        "duplicate",
      );
    },
    limitOf(attacks),
  );

  test("opens connections that say little, say it slowly or say too much, and others are served meanwhile", async () => {
    const { app, victim } = await world();
    const { port } = new URL(await served(app));
    const door = `/cloud/${callbackSecret}/callback`;
    const unfinished = [
      "",
      "G",
      "GET /health HTTP/1.1\r\nHost: app\r\nX-Slow: ",
      `POST ${door} HTTP/1.1\r\nHost: app\r\nContent-Length: 60000\r\n\r\n{`,
      `POST ${press} HTTP/1.1\r\nHost: app\r\nAuthorization: Bearer ${victim.session}\r\n${idempotencyKeyHeader}: slow\r\nContent-Length: 9000\r\n\r\n{`,
      `POST ${door} HTTP/1.1\r\nHost: app\r\nTransfer-Encoding: chunked\r\n\r\nfffff\r\n`,
    ];
    const open = await Promise.all(
      Array.from({ length: 240 }, (_none, number) => begin(Number(port), unfinished[number % 6] ?? "")),
    );
    const huge = await Promise.all(
      [door, `${door}x`, press, "/portal/api/notes/huge", "/health"].map((path) =>
        begin(Number(port), `PUT ${path} HTTP/1.1\r\nHost: app\r\nContent-Length: ${1 << 30}\r\n\r\n`),
      ),
    );
    const part = Buffer.alloc(1 << 20, 97);
    for (const socket of huge) for (let parts = 0; parts < 40; parts += 1) socket.write(part);
    for (let asked = 0; asked < 50; asked += 1) {
      for (const socket of open) if (socket.writable) socket.write("a");
      const notes = await fetch(`http://127.0.0.1:${port}/portal/api/notes`, {
        headers: { authorization: `Bearer ${victim.session}` },
      });
      expect([notes.status, await notes.text()]).toEqual([200, expect.stringContaining(treasure)]);
      expect((await app.callback(installBody(100 + asked))).status).toBe(200);
    }
  }, 120_000);
});

/** A connection that has said something and does not end; gone with the test. */
function begin(port: number, said: string): Promise<Socket> {
  const socket = connect(port, "127.0.0.1");
  // Whom the app hangs up on has nothing to complain of.
  socket.on("error", () => undefined);
  onTestFinished(() => {
    socket.destroy();
  });
  return new Promise((resolve) => {
    socket.once("connect", () => {
      socket.write(said);
      resolve(socket);
    });
  });
}

describe("a fuzz of every entry", () => {
  test(
    `${inputs} inputs: no crash, no 5xx, nothing changed`,
    async () => {
      const { app, victim } = await world();
      const anything = fc.oneof(fc.jsonValue(), fc.anything({ withBigInt: false })).map((value) => {
        try {
          return JSON.stringify(value) ?? "undefined";
        } catch {
          return "{";
        }
      });
      const twisted = (good: Record<string, unknown>) =>
        fc
          .tuple(fc.constantFrom(...Object.keys(good)), fc.jsonValue())
          .map(([field, value]) => JSON.stringify({ ...good, [field]: value }));
      const knownBodies = fc.oneof(
        twisted(installBody(7)).filter((text) => !isInstall(text)),
        twisted(uninstallBody(8)),
        twisted(portalRequest({ installed_app_id: "instapp_9" })),
        fc.string({ maxLength: 200 }),
        anything,
      );
      const contentTypes = fc.constantFrom(
        "application/json",
        "application/json; charset='utf-8'",
        "text/plain;charset=utf-16",
        "application/x-www-form-urlencoded",
        "multipart/form-data",
        ";;;",
        "application/json; charset=klingon",
      );
      const door = fc.record({
        method: fc.constantFrom("POST", "POST", "POST", "GET", "PUT", "HEAD"),
        path: fc.constantFrom(
          `/cloud/${callbackSecret}/callback`,
          `/cloud/${callbackSecret}/portal`,
          `/cloud/${callbackSecret}`,
          "/cloud",
          "/cloud//",
        ),
        headers: fc.record({ "content-type": contentTypes }),
        body: knownBodies,
      });
      const authorization = fc.constantFrom(`Bearer ${victim.session}`, undefined);
      const portal = attackWith(authorization, victim.runId).filter(({ method }) => method !== "PUT");
      const port = Number(new URL(await served(app)).port);
      const spoken = spokenWith(victim.session);
      await fc.assert(
        fc.asyncProperty(
          fc.oneof(
            { weight: 10, arbitrary: door },
            { weight: 10, arbitrary: portal },
            { weight: 1, arbitrary: spoken },
          ),
          async (input) => {
            const status =
              typeof input === "string" ? await heardBack(port, input) : (await ask(app, input)).status;
            expect(status).toBeLessThan(500);
          },
        ),
        { numRuns: inputs },
      );
      expect((await app.call("GET", "/portal/api/notes", victim.session)).status).toBe(200);
      expect((await app.get("/health")).status).toBe(200);
    },
    limitOf(inputs),
  );
});

/** What goes over a connection as no client would write it. Each says that it is the last. */
function spokenWith(session: string): fc.Arbitrary<string> {
  const word = fc.oneof(trick, fc.string({ maxLength: 20 }), fc.constantFrom("GET", "PRI", "HTTP/1.1"));
  const header = fc.oneof(
    fc.constantFrom(
      "Transfer-Encoding: chunked",
      "Transfer-Encoding: gzip, chunked",
      "Content-Length: 0",
      "Content-Length: -1",
      "Content-Length: 5",
      "Expect: 100-continue",
      "Expect: a miracle",
      "Upgrade: websocket",
      "Upgrade: h2c",
      "Host:",
      "Host: [::1",
      "Content-Encoding: gzip",
      `Authorization: Bearer ${session}`,
    ),
    fc.tuple(word, word).map(([name, value]) => `${name}: ${value}`),
  );
  const methods = ["GET", "POST", "PUT", "HEAD", "OPTIONS", "DELETE", "TRACE", "PATCH", "CONNECT", "get"];
  const targets = ["*", "http://app/portal", "//", "/\\", "app:443", "/portal?%"];
  return fc
    .tuple(
      fc.constantFrom(...methods),
      fc.oneof(pathsAbout("run"), fc.constantFrom(...targets)),
      fc.array(header, { maxLength: 4 }),
      fc.string({ maxLength: 40 }),
    )
    .map(([method, path, headers, body]) => {
      const head = [`${method} ${path} HTTP/1.1`, "Host: app", "Connection: close", ...headers];
      return `${head.join("\r\n")}\r\n\r\n${body}`;
    });
}

/** Says it, ends, and gives the status it hears; 0 where the other side hangs up without one. */
function heardBack(port: number, said: string): Promise<number> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    let heard = "";
    socket.setEncoding("latin1");
    socket.on("data", (part: string) => {
      heard += part;
    });
    // Whom the app hangs up on has heard all there was.
    socket.on("error", () => undefined);
    socket.on("close", () => resolve(Number(/^HTTP\/1\.1 ([2-5]\d\d)/.exec(heard)?.[1] ?? 0)));
    socket.end(said);
  });
}

/** Whether it is an install after all: a key or an instance may be replaced by one as good. */
function isInstall(text: string): boolean {
  const {
    api_key: key,
    instance_id: instance,
    granted_permissions: granted,
  } = JSON.parse(text) as Record<string, unknown>;
  return (
    typeof key === "string" &&
    typeof instance === "string" &&
    Array.isArray(granted) &&
    key.startsWith("blnk_")
  );
}
