import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, onTestFinished, test } from "vitest";
import {
  callbackSecret,
  installBody,
  keyRing,
  pathOf,
  portalRequest,
  sessionIn,
  uninstallBody,
} from "../../test/support.ts";

const entry = fileURLToPath(new URL("../../test/app-process.ts", import.meta.url));

type Running = {
  readonly url: string;
  readonly process: ChildProcess;
  post(path: string, body: unknown, headers?: Record<string, string>): Promise<Response>;
  callback(body: unknown): Promise<Response>;
};

type Ended = { readonly code: number | null; readonly signal: string | null; readonly errors: string };

function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), "annex-server-"));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

function launchProcess(directory: string, variables: Readonly<Record<string, string>>) {
  const { NODE_ENV: _mode, ...inherited } = process.env;
  const child = spawn(process.execPath, [entry], {
    env: {
      ...inherited,
      ANNEX_DATABASE: join(directory, "app.db"),
      ANNEX_LOG: join(directory, "app.log"),
      ANNEX_CALLBACK_SECRET: callbackSecret,
      ANNEX_KEY_RING: keyRing,
      ...variables,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  onTestFinished(() => {
    child.kill("SIGKILL");
  });
  return child;
}

async function start(directory: string, variables: Readonly<Record<string, string>> = {}): Promise<Running> {
  const child = launchProcess(directory, variables);
  const url = await readyUrl(child);
  const post = (path: string, body: unknown, headers: Record<string, string> = {}) =>
    fetch(`${url}${path}`, {
      method: "POST",
      body: typeof body === "string" ? body : JSON.stringify(body),
      headers,
    });
  return { url, process: child, post, callback: (body) => post(`/cloud/${callbackSecret}/callback`, body) };
}

function readyUrl(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let output = "";
    child.stdout?.on("data", (chunk) => {
      output += chunk;
      const url = /^ready (\S+)\n/m.exec(output)?.[1];
      if (url !== undefined) resolve(url);
    });
    child.once("exit", () => reject(new Error(`The app ended before it was ready: ${output}`)));
  });
}

function ended(child: ChildProcess): Promise<Ended> {
  let errors = "";
  child.stderr?.on("data", (chunk) => {
    errors += chunk;
  });
  return new Promise((resolve) => child.once("close", (code, signal) => resolve({ code, signal, errors })));
}

async function launchStatus(app: Running, number = 1): Promise<number> {
  const body = portalRequest({ installed_app_id: `instapp_${number}`, instance_id: `inst_${number}` });
  return (await app.post(`/cloud/${callbackSecret}/portal`, body)).status;
}

describe("a process", () => {
  test("says ready, answers, ends with 0 on SIGTERM, and knows everything when it starts again", async () => {
    const directory = temporaryDirectory();
    const first = await start(directory);
    expect((await fetch(`${first.url}/health`)).status).toBe(200);
    expect((await first.callback(installBody())).status).toBe(200);
    const end = ended(first.process);
    first.process.kill("SIGTERM");
    expect(await end).toEqual({ code: 0, signal: null, errors: "" });
    expect(await launchStatus(await start(directory))).toBe(200);
  });

  test("ends with 0 on SIGINT, with connections open", async () => {
    const app = await start(temporaryDirectory());
    const socket = connect(Number(new URL(app.url).port));
    await new Promise((resolve) => socket.once("connect", resolve));
    await app.callback(installBody());
    const end = ended(app.process);
    app.process.kill("SIGINT");
    expect(await end).toMatchObject({ code: 0 });
    socket.destroy();
  });

  test("the link leads to itself where no public address is set", async () => {
    const app = await start(temporaryDirectory());
    await app.callback(installBody());
    const { portal_url: link } = (await (
      await app.post(`/cloud/${callbackSecret}/portal`, portalRequest())
    ).json()) as { portal_url: string };
    expect(new URL(link).origin).toBe(app.url);
    const session = sessionIn(await (await fetch(`${app.url}${pathOf(link)}`)).text());
    const answer = await app.post("/portal/api/echo", {}, { authorization: `Bearer ${session}` });
    expect(await answer.json()).toEqual({ instance: "inst_1" });
  });

  test.each([
    ["ANNEX_KEY_RING", { ANNEX_KEY_RING: "nonsense" }],
    ["PORT", { PORT: "-1" }],
    ["ANNEX_PUBLIC_URL", { NODE_ENV: "production" }],
    ["ANNEX_DATABASE", { ANNEX_DATABASE: "postgres://localhost/app" }],
  ])("does not start with a wrong %s, and says so in a line", async (variable, variables) => {
    const child = launchProcess(temporaryDirectory(), variables);
    const { code, errors } = await ended(child);
    expect(code).toBe(1);
    expect(errors).toMatch(new RegExp(`^test-app cannot start: ${variable} must .*\\n$`));
  });

  test("10 MB are refused over the wire with the reason, and the process goes on", async () => {
    const app = await start(temporaryDirectory());
    const refused = await app.callback("x".repeat(10_000_000));
    expect([refused.status, ((await refused.json()) as { code: string }).code]).toEqual([
      413,
      "body_too_large",
    ]);
    expect((await app.post("/nowhere", "x".repeat(1_000_000))).status).toBe(404);
    expect((await app.callback(installBody())).status).toBe(200);
  });

  test("what is no proper request does it no harm", async () => {
    const app = await start(temporaryDirectory());
    const texts = [
      "POST /cloud/x/callback HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\n{",
      "hello\r\n\r\n",
      "GET http://elsewhere/portal/enter HTTP/1.1\r\nHost: a\r\n\r\n",
      "GET /%zz HTTP/1.1\r\nHost: a\r\n\r\n",
    ];
    await Promise.all(texts.map((text) => sayAndHangUp(Number(new URL(app.url).port), text)));
    expect((await fetch(`${app.url}/health`)).status).toBe(200);
  });
});

async function sayAndHangUp(port: number, text: string): Promise<void> {
  const socket = connect(port);
  // Refused and broken off is what may happen to it.
  socket.on("error", () => undefined);
  socket.resume();
  socket.end(text);
  await new Promise((resolve) => socket.once("close", resolve));
}

describe("killed", () => {
  const points = [
    "event-accepted",
    "before-commit",
    "after-commit",
    "before-erase",
    "after-erase",
    "before-answer",
  ] as const;

  test.each(points)("at %s it loses nothing that was acknowledged", async (point) => {
    const directory = temporaryDirectory();
    const app = await start(directory, { ANNEX_CRASH_AT: `${point}:${point.endsWith("erase") ? 1 : 4}` });
    const end = ended(app.process);
    const acknowledged = new Map<number, string>();
    for (const number of [1, 2, 3, 4, 5, 6]) {
      const send = async (kind: string, body: unknown) => {
        const answer = await app.callback(body).catch(() => undefined);
        if (answer?.status === 200) acknowledged.set(number, kind);
        // Sent but not answered, an uninstall may have been carried out or not; Cloud sends it again.
        else if (kind === "uninstall") acknowledged.delete(number);
      };
      await send("install", installBody(number));
      if (number % 2 === 0) await send("uninstall", uninstallBody(number));
    }
    expect((await end).signal).toBe("SIGKILL");

    const again = await start(directory);
    for (const [number, kind] of acknowledged) {
      expect([number, await launchStatus(again, number)]).toEqual([number, kind === "install" ? 200 : 403]);
    }
    for (const number of [1, 2, 3, 4, 5, 6]) {
      expect((await again.callback(installBody(number))).status).toBe(200);
    }
    const files = Buffer.concat(readdirSync(directory).map((name) => readFileSync(join(directory, name))));
    expect(files.includes("planted_key")).toBe(false);
  });
});

test("two processes on one file take the same event once", async () => {
  const directory = temporaryDirectory();
  const apps = await Promise.all([start(directory), start(directory)]);
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_none, index) => apps[index % 2]?.callback(installBody())),
  );
  const told = await Promise.all(
    answers.map(async (answer) => (await answer?.json()) as { because: string }),
  );
  expect(told.filter(({ because }) => because === "installed")).toHaveLength(1);
  expect(told.filter(({ because }) => because === "duplicate")).toHaveLength(19);
});
