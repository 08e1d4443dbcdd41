/**
 * Every write of the client in a process that is killed: before Cloud did it, after it did it and before the answer, and
 * in the middle of the answer; in a step, a hook and a portal call, on both stores, against the real local Cloud.
 * Started again on the same database, Cloud has done each once, or it is said that nobody knows.
 *
 * A part of the table by itself; `ANNEX_EFFECTS=all` kills at every moment in every place on both stores.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createClient } from "@annex/client";
import { afterEach, describe, expect, test } from "vitest";
import { type StoreKind, storeKinds } from "../../packages/app/test/stores.ts";
import { eventually } from "./running-cloud.ts";
import type { TroubledCloud } from "./troubled-cloud.ts";
import { type Ground, prepareGround, rows, settledBalance } from "./writes.ts";

const all = process.env["ANNEX_EFFECTS"] === "all";
const moments = ["before", "after", "in between"] as const;
type Moment = (typeof moments)[number];
const places = ["step", "hook", "call"] as const;
type Place = (typeof places)[number];

const childFile = fileURLToPath(new URL("effects-child.ts", import.meta.url));
const secret = "the-callback-secret-of-the-tests";
const publicUrl = "https://app.example.com";
const timeLimit = 300_000;

/** The Cloud of the file that runs this table. */
let world: TroubledCloud;
const children = new Set<ChildProcess>();

/**
 * A way to Cloud on which the first write of each row is held back, before or after Cloud did it; when all are, the
 * process is killed. From then on it is a way like any other.
 */
async function startWay(moment: Moment, kill: () => void) {
  const held: ServerResponse[] = [];
  let isOpen = false;

  async function pass(request: IncomingMessage, body: Buffer) {
    const headers = { ...request.headers };
    for (const name of ["host", "connection", "content-length", "transfer-encoding"]) delete headers[name];
    const answer = await fetch(`${world.url}${request.url}`, {
      method: request.method ?? "GET",
      headers: headers as Record<string, string>,
      ...(body.length === 0 ? {} : { body: new Uint8Array(body) }),
    });
    return { status: answer.status, text: await answer.text() };
  }

  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    const isWrite = request.method !== "GET" && request.url?.split("?")[0]?.endsWith("/filter") !== true;
    const isHeld = isWrite && !isOpen;
    if (isHeld && moment === "before") return hold(response);
    const { status, text } = await pass(request, body);
    response.on("error", () => undefined);
    if (isHeld && moment === "after") return hold(response);
    response.writeHead(status, { "content-type": "application/json" });
    if (!isHeld) return void response.end(text);
    response.write(text.slice(0, text.length >> 1));
    return hold(response);
  });

  function hold(response: ServerResponse): void {
    held.push(response);
    if (held.length < rows.length) return;
    isOpen = true;
    kill();
    for (const each of held) each.destroy();
  }

  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

async function started(child: ChildProcess): Promise<string> {
  let output = "";
  child.stdout?.on("data", (chunk) => {
    output += String(chunk);
  });
  return eventually(
    "the app",
    async () => /ready (\S+)/.exec(output)?.[1] ?? "",
    (url) => url !== "",
  );
}

/** References are made of the installation's id, so that each time is another one, as in Cloud. */
let installations = 0;
const ids = () => ({
  installed_app_id: `instapp_${installations}`,
  app_id: "app_1",
  organization_id: "org_1",
  instance_id: world.instanceId,
});
const json = { "content-type": "application/json" };
const post = (url: string, body: unknown, headers: Record<string, string> = json) =>
  fetch(url, { method: "POST", headers, body: JSON.stringify(body) });

const install = (url: string) =>
  post(`${url}/cloud/${secret}/callback`, {
    ...ids(),
    api_key: world.apiKey.reveal(),
    api_key_prefix: world.apiKey.reveal().slice(0, 8),
    granted_permissions: ["data:read", "data:write", "alerts:read", "alerts:write"],
    idempotency_key: `install:instapp_${installations}`,
  });

async function sessionOf(url: string): Promise<string> {
  const request = { ...ids(), user_id: "user_1" };
  const launched = (await (await post(`${url}/cloud/${secret}/portal`, request)).json()) as {
    portal_url: string;
  };
  const { pathname, search } = new URL(launched.portal_url);
  const page = await (await fetch(`${url}${pathname}${search}`, { headers: { accept: "text/html" } })).text();
  return String(JSON.parse(/id="annex-session">([^<]*)</.exec(page)?.[1] ?? "{}").session);
}

/** What came of each press, or nothing where the process died over it. */
async function pressAll(url: string): Promise<readonly (string | undefined)[]> {
  const session = await sessionOf(url);
  return Promise.all(
    rows.map(async (_row, index) => {
      const headers = { ...json, authorization: `Bearer ${session}`, "idempotency-key": `press-${index}` };
      try {
        const answered = await post(`${url}/portal/api/writes/${index}`, {}, headers);
        const { ended, code } = (await answered.json()) as { ended?: string; code?: string };
        return ended ?? code;
      } catch {
        return undefined;
      }
    }),
  );
}

type Prepared = { readonly ground: Ground; readonly prepared: string };

async function goThrough(kind: StoreKind, place: Place, moment: Moment): Promise<void> {
  const cloud = createClient({ baseUrl: world.url, apiKey: world.apiKey, instanceId: world.instanceId });
  const grounds: readonly Prepared[] = await Promise.all(
    rows.map(async (row) => {
      const ground = await prepareGround(cloud);
      return { ground, prepared: (await row.prepare?.(ground)) ?? "" };
    }),
  );
  const database = await kind.createWhole();
  const directory = mkdtempSync(join(tmpdir(), "annex-effects-"));
  const report = join(directory, "report.json");
  let current: ChildProcess | undefined;
  const way = await startWay(moment, () => current?.kill("SIGKILL"));
  const start = async () => {
    const environment = {
      ...process.env,
      NODE_ENV: "development",
      ANNEX_LOG: join(directory, "app.log"),
      ANNEX_PUBLIC_URL: publicUrl,
      ANNEX_CALLBACK_SECRET: secret,
      ANNEX_KEY_RING: `test:${Buffer.alloc(32, 7).toString("base64")}`,
      EFFECTS_GROUNDS: JSON.stringify(
        grounds.map(({ ground: { cloud: _cloud, ...ground }, prepared }) => ({ ground, prepared })),
      ),
    };
    current = spawn(process.execPath, [childFile, database.name, way.url, place, report], {
      env: environment,
      stdio: ["ignore", "pipe", "inherit"],
    });
    children.add(current);
    return { url: await started(current), ended: once(current, "close") };
  };
  try {
    const first = await start();
    await install(first.url);
    if (place === "call") await pressAll(first.url);
    await first.ended;
    const second = await start();
    const ended = place === "call" ? await pressAll(second.url) : await reported(report);
    const wrong: string[] = [];
    for (const [index, row] of rows.entries()) {
      const { ground, prepared } = grounds[index] ?? expect.fail("no ground");
      const knows = ended[index] === "done";
      if (!knows && !(row.unknowable === true && ended[index] === "outcome_unknown"))
        wrong.push(`${row.name} ended with ${ended[index]}`);
      if (knows)
        await eventually(
          row.name,
          () => row.count(ground, prepared),
          (count) => count > 0,
        );
      await settledBalance(cloud, ground.to);
      const count = await row.count(ground, prepared);
      if (knows ? count !== 1 : count > 1) wrong.push(`${row.name} was done ${count} times`);
    }
    expect(wrong).toEqual([]);
  } finally {
    current?.kill("SIGKILL");
    way.close();
    await database.remove();
    rmSync(directory, { recursive: true, force: true });
  }
}

async function reported(report: string): Promise<readonly (string | undefined)[]> {
  await eventually(
    "the report",
    async () => existsSync(report),
    (isThere) => isThere,
  );
  return JSON.parse(readFileSync(report, "utf8"));
}

const whole = places.flatMap((place) => moments.map((moment) => [place, moment] as const));

const few: Readonly<Record<string, typeof whole>> = {
  sqlite: [
    ["step", "before"],
    ["hook", "after"],
    ["call", "in between"],
  ],
  postgres: [["call", "after"]],
};

/** Adds the table to the file that calls it. */
export function describeEffectsUnderKills(cloud: () => TroubledCloud): void {
  // A test that failed leaves nobody behind.
  afterEach(() => {
    for (const child of children) child.kill("SIGKILL");
    children.clear();
  });
  describe.each(storeKinds)("on $kind", (kind) => {
    test.each(all ? whole : (few[kind.kind] ?? []))(
      "every write of a %s, killed %s, is done once",
      (place, moment) => {
        world = cloud();
        installations += 1;
        return goThrough(kind, place, moment);
      },
      timeLimit,
    );
  });
}
