/** The process stays, and no connection is left without an answer. */
import { readFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, onTestFinished, test } from "vitest";
import { answers, thrown } from "../../test/hazards.ts";
import { ended, type Running, start, temporaryDirectory } from "../../test/process.ts";
import { callbackSecret, installBody } from "../../test/support.ts";

async function healthy(app: Running): Promise<boolean> {
  return (await fetch(`${app.url}/health`)).status === 200 && app.process.exitCode === null;
}

async function entered(variables: Readonly<Record<string, string>> = {}) {
  const app = await start(temporaryDirectory(), variables);
  await app.callback(installBody());
  const headers = { authorization: `Bearer ${await app.enter()}` };
  return { app, get: (path: string) => fetch(`${app.url}/portal${path}`, { headers }) };
}

const logOf = (app: Running) => readFileSync(join(app.directory, "app.log"), "utf8");

describe("whatever a handler answers or throws", () => {
  test("each answer gets a status, each failure a reference that is in the log, and the process goes on", async () => {
    const { app, get } = await entered();
    const references: string[] = [];
    const hazards = [
      ...Object.entries(answers).map(([name, [status]]) => ["answers", name, status] as const),
      ...Object.keys(thrown).map((name) => ["throws", name, 500] as const),
    ];
    for (const [kind, name, status] of hazards) {
      const answer = await get(`/api/${kind}/${encodeURIComponent(name)}`);
      expect([kind, name, answer.status]).toEqual([kind, name, status]);
      if (status === 500) references.push(((await answer.json()) as { reference: string }).reference);
    }
    await expect.poll(() => references.filter((reference) => !logOf(app).includes(reference))).toEqual([]);
    expect(await healthy(app)).toBe(true);
  });

  test("a stream that breaks in the middle breaks that connection alone, and is in the log", async () => {
    const { app, get } = await entered();
    await expect((async () => (await get("/api/breaks")).text())()).rejects.toThrow();
    await expect.poll(() => logOf(app)).toContain("broken in the middle");
    expect(await healthy(app)).toBe(true);
  });

  // Node's default is right: nobody knows in which state such a process is. It has to say whose promise it was.
  test("a promise that nobody awaits ends the process as ever, the log says whose it was, and work goes on", async () => {
    const { app, get } = await entered();
    const end = ended(app.process);
    // Whoever asked before it gets an answer too: it used to be cut off, and may have been an install.
    const slow = get("/api/takes-a-while");
    await expect.poll(() => logOf(app)).toContain("takes a while");
    expect((await get("/api/forgets")).status).toBe(200);
    expect((await slow).status).toBe(200);
    expect((await end).code).toBe(1);
    expect(app.errors()).toContain("nobody awaits this");
    expect(logOf(app)).toMatch(
      /"route":"GET \/portal\/api\/forgets","installed_app_id":"instapp_1".*nobody awaits this/,
    );
    expect((await (await start(app.directory)).callback(installBody())).status).toBe(200);
  });
});

describe("wherever the log goes", () => {
  // A volume that filled: after 25 answers every connection was accepted and none answered, health included.
  test.runIf(process.platform === "linux")("a full disk is said once, and answers go on", async () => {
    const { app, get } = await entered({ ANNEX_LOG: "/dev/full" });
    for (let round = 0; round < 50; round += 1) expect((await get("/api/answers/nothing")).status).toBe(500);
    await expect
      .poll(() => app.errors())
      .toMatch(/^The log that ANNEX_LOG names takes no more lines \(ENOSPC\);.*\n$/);
    expect(await healthy(app)).toBe(true);
    const end = ended(app.process);
    app.process.kill("SIGTERM");
    expect(await end).toMatchObject({ code: 0 });
  });

  test("standard output that nobody reads, and then nobody has, costs nothing", async () => {
    const { app, get } = await entered({ ANNEX_LOG: "" });
    app.process.stdout?.pause();
    for (let round = 0; round < 200; round += 1) await get("/api/throws/nothing");
    expect(await healthy(app)).toBe(true);
    app.process.stdout?.destroy();
    for (let round = 0; round < 50; round += 1) await get("/api/throws/nothing");
    expect(await healthy(app)).toBe(true);
  });
});

/** Sends bytes as they are, and gives what comes back until the other end hangs up. */
function say(app: Running, text: string, hangUp = true): Promise<string> {
  return new Promise((resolve) => {
    let heard = "";
    const socket = connect(app.port, "localhost");
    onTestFinished(() => {
      socket.destroy();
    });
    socket.on("error", () => undefined);
    socket.on("data", (chunk) => {
      heard += chunk;
    });
    socket.on("close", () => resolve(heard));
    if (hangUp) socket.end(text);
    else socket.write(text);
  });
}

const callback = `/cloud/${callbackSecret}/callback`;
const body = JSON.stringify(installBody());
const post = (target: string, headers: string, sent: string | Buffer = body) =>
  `POST ${target} HTTP/1.1\r\nHost: app\r\nConnection: close\r\nContent-Length: ${Buffer.byteLength(sent)}\r\n${headers}\r\n${sent.toString("latin1")}`;

const oddities: readonly (readonly [what: string, text: string, status: number])[] = [
  ["a charset in single quotes", post(callback, "Content-Type: application/json; charset='utf-8'\r\n"), 200],
  ["an absolute target", post(`http://app.example.com${callback}`, ""), 200],
  ["an absolute target with a query", post(`https://app.example.com:8443${callback}?a=b`, ""), 200],
  ["Expect", post(callback, "Expect: 100-continue\r\n"), 100],
  ["another expectation", post(callback, "Expect: a-miracle\r\n"), 417],
  ["HEAD", "HEAD /health HTTP/1.1\r\nHost: app\r\nConnection: close\r\n\r\n", 200],
  ["OPTIONS of everything", "OPTIONS * HTTP/1.1\r\nHost: app\r\nConnection: close\r\n\r\n", 404],
  ["a method of nobody's", "BREW /health HTTP/1.1\r\nHost: app\r\n\r\n", 400],
  ["TRACE", "TRACE /portal/api/echo HTTP/1.1\r\nHost: app\r\nConnection: close\r\n\r\n", 405],
  ["CONNECT, as to a proxy", "CONNECT example.com:443 HTTP/1.1\r\nHost: example.com\r\n\r\n", 405],
  ["no text at all", "hello\r\n\r\n", 400],
  [
    "a target that cannot be decoded",
    "GET /portal/%zz HTTP/1.1\r\nHost: app\r\nConnection: close\r\n\r\n",
    200,
  ],
  ["a host that is none", "GET /health HTTP/1.1\r\nHost: [::\r\nConnection: close\r\n\r\n", 200],
  ["headers without end", `GET /health HTTP/1.1\r\nHost: app\r\nX: ${"x".repeat(100_000)}\r\n\r\n`, 431],
  [
    "a body that is said to be larger than any, and does not come",
    `POST ${callback} HTTP/1.1\r\nHost: app\r\nContent-Length: 99999999999\r\n\r\n{`,
    413,
  ],
  ["two lengths", post(callback, "Content-Length: 5\r\n"), 400],
  ["HTTP/1.0", "GET /health HTTP/1.0\r\n\r\n", 200],
];

describe("odd HTTP", () => {
  test("each oddity is answered, and the process goes on", async () => {
    const app = await start(temporaryDirectory());
    for (const [what, text, status] of oddities) {
      expect([what, (await say(app, text)).split(" ")[1]]).toEqual([what, String(status)]);
    }
    expect(await healthy(app)).toBe(true);
  });

  test("what cannot be read is told so with a next step, and with the reference that is in the log", async () => {
    const app = await start(temporaryDirectory());
    const references: unknown[] = [];
    for (const text of [
      "hello\r\n\r\n",
      `GET /health HTTP/1.1\r\nHost: app\r\nX: ${"x".repeat(100_000)}\r\n\r\n`,
      "CONNECT example.com:443 HTTP/1.1\r\nHost: example.com\r\n\r\n",
    ]) {
      const [, told = ""] = (await say(app, text)).split("\r\n\r\n");
      const refusal = JSON.parse(told) as Record<string, unknown>;
      expect(refusal).toMatchObject({
        error: expect.any(String),
        code: expect.stringMatching(/^[a-z_]+$/),
        next: expect.any(String),
        reference: expect.stringMatching(/^ref_[0-9a-f]{16}$/),
      });
      references.push(refusal["reference"]);
    }
    const missing = () => references.filter((reference) => !logOf(app).includes(String(reference)));
    await expect.poll(missing, { timeout: 30_000 }).toEqual([]);
  });

  // Node answered the bytes behind it at once: the install was stored, and Cloud, which heard 400, cancelled it.
  test("what came whole is answered before what behind it cannot be read", async () => {
    const app = await start(temporaryDirectory());
    const kept = post(callback, "").replace("Connection: close\r\n", "");
    for (const [sent, statuses] of [
      [`${kept}xxxx`, [200, 400]],
      [`${kept}${kept}\0\r\n\r\n`, [200, 200, 400]],
      [`GET /health HTTP/1.1\r\nHost: app\r\n\r\nPOST ${callback} HTTP/1.1\r\nHost: a\0\r\n\r\n`, [200, 400]],
    ] as const) {
      const heard = await say(app, sent, false);
      expect([...heard.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => Number(status))).toEqual(statuses);
    }
  });

  test("who closes his side after asking gets the answer, however late it is; events end with him", async () => {
    const { app } = await entered();
    const authorization = `Authorization: Bearer ${await app.enter()}`;
    const ask = (path: string) => say(app, `GET ${path} HTTP/1.1\r\nHost: app\r\n${authorization}\r\n\r\n`);
    expect(await ask("/portal/api/takes-a-while")).toMatch(/^HTTP\/1\.1 200 .*\{\}$/s);
    expect(await ask("/portal/api/events")).not.toContain("data:");
    expect(await healthy(app)).toBe(true);
  });

  test("a compressed body is refused with the reason, at both doors and at the portal", async () => {
    const { app } = await entered();
    const compressed = new Uint8Array(gzipSync(body));
    const session = await app.enter();
    for (const path of [callback, `/cloud/${callbackSecret}/portal`, "/portal/api/notes"]) {
      const answer = await fetch(`${app.url}${path}`, {
        method: "POST",
        body: compressed,
        headers: { "content-encoding": "gzip", authorization: `Bearer ${session}` },
      });
      expect([path, answer.status, ((await answer.json()) as { code: string }).code]).toEqual([
        path,
        415,
        "content_encoding_unknown",
      ]);
      expect(answer.headers.get("accept-encoding")).toBe("identity");
    }
  });

  test("who hangs up in the middle, or never ends, does no harm to others", async () => {
    const app = await start(temporaryDirectory());
    const half = `POST ${callback} HTTP/1.1\r\nHost: app\r\nContent-Length: 100\r\n\r\n{`;
    await say(app, half);
    for (let count = 0; count < 50; count += 1) void say(app, half, false);
    for (let count = 0; count < 50; count += 1) void say(app, "GET /health HTTP/1.1\r\nHo", false);
    expect(await healthy(app)).toBe(true);
    expect((await app.callback(installBody())).status).toBe(200);
  });
});
