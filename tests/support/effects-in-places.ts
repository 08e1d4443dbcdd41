/**
 * Every write of the client, in each place an app writes from: a step, a hook, a portal call; under every way of losing
 * its answer, on both stores, against the real local Cloud. Cloud has done it once, or the run, or the answer, says
 * that nobody knows.
 *
 * A part of the table by itself; `ANNEX_EFFECTS=all` goes through the whole of it.
 */
import { AsyncLocalStorage } from "node:async_hooks";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type App, AppError, createApp, type InstallContext } from "@annex/app";
import { createClient } from "@annex/client";
import { describe, expect, onTestFinished, test } from "vitest";
import { type StoreKind, storeKinds } from "../../packages/app/test/stores.ts";
import { eventually } from "./running-cloud.ts";
import { type Trouble, type TroubledCloud, troubledFetch, troubles } from "./troubled-cloud.ts";
import { type Ground, prepareGround, type Row, rows, settledBalance } from "./writes.ts";

const all = process.env["ANNEX_EFFECTS"] === "all";
const places = ["step", "hook", "call"] as const;
type Place = (typeof places)[number];

/** One square of the table. */
type Cell = {
  readonly row: Row;
  readonly ground: Ground;
  readonly prepared: string;
  readonly place: Place;
  /** For the first execution only: Cloud is back for the next. */
  readonly troubled: typeof fetch;
  executions: number;
  /** The hook's end. */
  readonly hook: PromiseWithResolvers<unknown>;
};

/** The Cloud of the file that runs this table. */
let world: TroubledCloud;

const executing = new AsyncLocalStorage<typeof fetch>();
const cells = new Map<string, Cell>();
/** Looks are as patient in a tenth of the time: the ledger's worker is faster than the real one. */
const sleep = (milliseconds: number) => new Promise<void>((done) => setTimeout(done, milliseconds / 8));

/** The write of an installation's cell, with the trouble at its first execution. */
async function write({ cloud, installation }: Pick<InstallContext, "cloud" | "installation">) {
  const cell = cells.get(installation.installedAppId);
  if (cell === undefined) throw new Error("No cell.");
  cell.executions += 1;
  const way = cell.executions === 1 ? cell.troubled : fetch;
  await executing.run(way, () => cell.row.write(cloud, cell.ground, cell.prepared));
  return "done";
}

const secret = "the-callback-secret-of-the-tests";
const publicUrl = "https://app.example.com";

function define(database: string, log: string): App {
  const app = createApp({
    name: "places",
    manifest: {
      name: "Places",
      description: "It writes.",
      developer: "Annex",
      logoUrl: "",
      permissions: ["data:read", "data:write", "alerts:read", "alerts:write"],
    },
    permissionPurposes: {},
    sleep,
    fetch: (input, init) => (executing.getStore() ?? fetch)(input, init),
    environment: {
      NODE_ENV: "development",
      ANNEX_DATABASE: database,
      ANNEX_CLOUD_URL: world.url,
      ANNEX_LOG: log,
      ANNEX_PUBLIC_URL: publicUrl,
      ANNEX_CALLBACK_SECRET: secret,
      ANNEX_KEY_RING: `test:${Buffer.alloc(32, 7).toString("base64")}`,
    },
  });
  const job = app.job(
    "write",
    { retries: { maximum: 9, firstDelayMilliseconds: 30 } },
    ({ step, installation }) => step("write", ({ cloud }) => write({ cloud, installation })),
  );
  app.onInstall(async (context) => {
    const cell = cells.get(context.installation.installedAppId);
    if (cell?.place === "step") await context.jobs.start(job);
    if (cell?.place !== "hook") return;
    try {
      cell.hook.resolve(await write(context));
    } catch (error) {
      // A hook that fails for want of an answer is tried again by itself.
      if (error instanceof AppError || (error as { code?: unknown }).code === "outcome_unknown")
        cell.hook.resolve(error);
      throw error;
    }
  });
  app.portal
    .post("/api/write", async (c) => c.json(await write(c)))
    .get("/api/run", async (c) => {
      const [run] = await c.jobs.list({ job: "write" });
      return c.json({ status: run?.status ?? "none", code: run?.error?.code ?? null });
    });
  return app;
}

type Answered = { readonly status: number; readonly json: Record<string, unknown>; readonly text: string };

async function send(app: App, path: string, init: RequestInit): Promise<Answered> {
  const response = await app.fetch(new Request(`${publicUrl}${path}`, init));
  const text = await response.text();
  const isJson = response.headers.get("content-type")?.startsWith("application/json") === true;
  return { status: response.status, text, json: isJson ? JSON.parse(text) : {} };
}

const json = { "content-type": "application/json" };
const post = (app: App, path: string, body: unknown, headers: Record<string, string> = json) =>
  send(app, path, { method: "POST", headers, body: JSON.stringify(body) });

/** Installs for a tenant of the cell's own, with the key that Cloud knows. */
async function install(app: App, installedAppId: string) {
  const ids = {
    installed_app_id: installedAppId,
    app_id: "app_1",
    organization_id: `org_${installedAppId}`,
    instance_id: world.instanceId,
  };
  const installed = await post(app, `/cloud/${secret}/callback`, {
    ...ids,
    api_key: world.apiKey.reveal(),
    api_key_prefix: world.apiKey.reveal().slice(0, 8),
    granted_permissions: ["data:read", "data:write", "alerts:read", "alerts:write"],
    idempotency_key: `install:${installedAppId}`,
  });
  expect(installed.status).toBe(200);
  return ids;
}

async function sessionOf(app: App, ids: object): Promise<string> {
  const { json: launched } = await post(app, `/cloud/${secret}/portal`, { ...ids, user_id: "user_1" });
  const { pathname, search } = new URL(String(launched["portal_url"]));
  const page = await send(app, `${pathname}${search}`, { headers: { accept: "text/html" } });
  const block = /id="annex-session">([^<]*)</.exec(page.text)?.[1] ?? "{}";
  return String(JSON.parse(block).session);
}

/** How the cell's write ended: "done", or the code under which it is said that nobody knows. */
async function outcome(app: App, cell: Cell, ids: { readonly installed_app_id: string }): Promise<string> {
  switch (cell.place) {
    case "hook": {
      const ended = await cell.hook.promise;
      return typeof ended === "string" ? ended : String((ended as { code?: unknown }).code);
    }
    case "step": {
      const session = await sessionOf(app, ids);
      const run = await eventually(
        `the run of ${cell.row.name}`,
        () => send(app, "/portal/api/run", { headers: { authorization: `Bearer ${session}` } }),
        ({ json: found }) => found["status"] === "completed" || found["status"] === "failed",
      );
      return run.json["status"] === "completed" ? "done" : String(run.json["code"]);
    }
    case "call": {
      const session = await sessionOf(app, ids);
      const headers = { ...json, authorization: `Bearer ${session}`, "idempotency-key": "the-press" };
      const ask = () => post(app, "/portal/api/write", { cell: ids.installed_app_id }, headers);
      // Whoever presses again until he hears how it ended.
      let answered = await ask();
      for (let tries = 1; answered.status !== 200 && tries < 4; tries += 1) answered = await ask();
      const repeated = await ask();
      expect([repeated.status, repeated.json]).toEqual([answered.status, expect.anything()]);
      return answered.status === 200 ? "done" : String(answered.json["code"]);
    }
  }
}

/** An app's calls may take half a minute; whoever loses an answer on purpose need not wait that long. */
function impatient(way: typeof fetch, trouble: Trouble): typeof fetch {
  if (trouble !== "time-out") return way;
  return (input, init) => way(input, { ...init, signal: AbortSignal.timeout(1000) });
}

async function goThrough(app: App, row: Row, place: Place, trouble: Trouble, away: boolean): Promise<void> {
  const cloud = createClient({
    baseUrl: world.url,
    apiKey: world.apiKey,
    instanceId: world.instanceId,
    sleep,
  });
  const ground = await prepareGround(cloud);
  const prepared = (await row.prepare?.(ground)) ?? "";
  const cell: Cell = {
    row,
    ground,
    prepared,
    place,
    troubled: impatient(troubledFetch(trouble, away), trouble),
    executions: 0,
    hook: Promise.withResolvers<unknown>(),
  };
  const installedAppId = `instapp_${ground.mark}`;
  cells.set(installedAppId, cell);
  const ended = await outcome(app, cell, await install(app, installedAppId));
  if (row.unknowable === true && ended === "outcome_unknown") {
    expect(await row.count(ground, prepared)).toBeLessThanOrEqual(1);
    return;
  }
  expect(ended).toBe("done");
  await eventually(
    row.name,
    () => row.count(ground, prepared),
    (count) => count > 0,
  );
  await settledBalance(cloud, ground.to);
  expect(await row.count(ground, prepared)).toBe(1);
}

async function openApp(kind: StoreKind): Promise<App> {
  const database = await kind.createWhole();
  const directory = mkdtempSync(join(tmpdir(), "annex-places-"));
  const app = define(database.name, join(directory, "app.log"));
  onTestFinished(async () => {
    await app.close();
    await database.remove();
    rmSync(directory, { recursive: true, force: true });
  });
  await app.start();
  return app;
}

type Group = readonly [place: Place, trouble: Trouble, away: boolean];

const whole = places.flatMap((place) =>
  troubles.flatMap((trouble) => [false, true].map((away): Group => [place, trouble, away])),
);
const few: readonly Group[] = [
  ["step", "answer lost", true],
  ["hook", "500 after", false],
  ["call", "cut in the middle", true],
];
/** Those whose answer, once lost, is hardest to make good. */
const hardest = ["a partial commit", "a refund", "an alert", "an upload", "metadata"];

/** Adds the table to the file that calls it. */
export function describeEffectsInPlaces(cloud: () => TroubledCloud): void {
  describe.each(all ? storeKinds : storeKinds.slice(0, 1))("on $kind", (kind) => {
    test.each(all ? whole : few)(
      "each write of a %s, %s, Cloud away after it: %s",
      async (...group) => {
        world = cloud();
        const app = await openApp(kind);
        const chosen = all ? rows : rows.filter(({ name }) => hardest.includes(name));
        const results = await Promise.allSettled(chosen.map((row) => goThrough(app, row, ...group)));
        const failed = results.flatMap((result, index) =>
          result.status === "rejected" ? [`${chosen[index]?.name}: ${String(result.reason)}`] : [],
        );
        expect(failed).toEqual([]);
      },
      300_000,
    );
  });
}
