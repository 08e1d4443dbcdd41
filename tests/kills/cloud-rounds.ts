/**
 * Rounds of SIGKILL on the local Cloud: two dozen workers install, call and uninstall until it dies; then it is started
 * again and held to every answer it ever gave. Nothing it acknowledged may be missing: no install, no uninstall, no
 * delivery, no recorded call.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { startTestApp, type TestApp } from "../../packages/sandbox/src/testing/test-app.ts";
import { type Answer, call } from "../../packages/sandbox/src/testing/test-cloud.ts";

export type CloudKillReport = {
  readonly rounds: number;
  readonly installs: number;
  readonly uninstalls: number;
  readonly deliveries: number;
  readonly calls: number;
  /** What was acknowledged and is not there; empty when all is well. */
  readonly broken: readonly string[];
};

export type CloudKillOptions = {
  readonly rounds: number;
  readonly report?: (line: string) => void;
};

const ways = 24;
/** Each way gets through at least once before the Cloud may die. */
const leastInstalls = ways + 1;
const longestMore = 500;
const pageSize = 200;
const entry = resolve(import.meta.dirname, "../../packages/sandbox/src/testing/run-cloud.ts");

/** What was acknowledged: for each installation what became of it last, each delivery, each call of this round. */
type Acknowledged = {
  readonly installations: Map<string, "active" | "uninstalled">;
  readonly deliveries: Set<string>;
  readonly calls: Set<string>;
};

type Page = { readonly data: readonly Readonly<Record<string, string>>[] };

export async function runCloudKillRounds({ rounds, report }: CloudKillOptions): Promise<CloudKillReport> {
  const directory = mkdtempSync(join(tmpdir(), "annex-kills-"));
  const app = await startTestApp();
  const victim = new CloudVictim(directory);
  const known: Acknowledged = { installations: new Map(), deliveries: new Set(), calls: new Set() };
  const broken: string[] = [];
  try {
    await victim.start();
    const place = await registerApps(victim, app);
    for (let round = 1; round <= rounds; round += 1) {
      known.calls.clear();
      const before = known.installations.size;
      const enough = () => known.installations.size - before >= leastInstalls;
      await loadUntilKilled(victim, app, place, known, enough);
      await victim.start();
      broken.push(...(await missing(victim, known)));
      report?.(`round ${round}: ${known.installations.size} installs so far, ${broken.length} broken`);
    }
    const ended = [...known.installations.values()].filter((last) => last === "uninstalled");
    return {
      rounds,
      installs: known.installations.size,
      uninstalls: ended.length,
      deliveries: known.deliveries.size,
      calls: known.calls.size,
      broken,
    };
  } finally {
    await victim.kill();
    await app.close();
    rmSync(directory, { recursive: true, force: true });
  }
}

/** The Cloud that is killed, and the way to its admin API. */
class CloudVictim {
  readonly #directory: string;
  #child: ChildProcess | undefined;

  constructor(directory: string) {
    this.#directory = directory;
  }

  async start(): Promise<void> {
    const child = spawn(process.execPath, [entry, this.#directory], { stdio: ["ignore", "pipe", "inherit"] });
    this.#child = child;
    const ended = once(child, "exit").then(() => Promise.reject(new Error("The Cloud did not start.")));
    const ready = once(child.stdout, "data");
    await Promise.race([ready, ended]);
    ended.catch(() => undefined);
  }

  async kill(): Promise<void> {
    const child = this.#child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    child.kill("SIGKILL");
    await once(child, "exit");
  }

  get url(): string {
    return this.#runFile().url;
  }

  admin(method: string, path: string, body?: unknown): Promise<Answer> {
    const { url, admin_token } = this.#runFile();
    return call(url, method, path, { authorization: `Bearer ${admin_token}` }, body);
  }

  /** Every row of a list. */
  async all(path: string): Promise<Page["data"]> {
    const rows: Page["data"][number][] = [];
    for (let page = 1; ; page += 1) {
      const { body } = await this.admin("GET", `${path}?pageSize=${pageSize}&page=${page}`);
      const { data } = body as unknown as Page;
      rows.push(...data);
      if (data.length < pageSize) return rows;
    }
  }

  #runFile(): { readonly url: string; readonly admin_token: string } {
    const text = readFileSync(join(this.#directory, "annex.json"), "utf8");
    return (JSON.parse(text) as { cloud: { url: string; admin_token: string } }).cloud;
  }
}

type Place = { readonly apps: readonly string[]; readonly instanceId: string };

async function registerApps(victim: CloudVictim, app: TestApp): Promise<Place> {
  const { organizations } = (await victim.admin("GET", "/admin/state")).body as unknown as {
    organizations: readonly [
      { readonly organization_id: string; readonly instances: readonly [{ readonly instance_id: string }] },
    ];
  };
  const [{ organization_id, instances }] = organizations;
  const apps: string[] = [];
  for (let number = 0; number < ways; number += 1) {
    const manifest = app.manifest({ name: `App ${number}` });
    const { body } = await victim.admin("POST", "/admin/apps", { organization_id, manifest });
    apps.push(String(body["app_id"]));
  }
  return { apps, instanceId: instances[0].instance_id };
}

/** However busy the machine is: under way first, then killed at any moment. */
async function loadUntilKilled(
  victim: CloudVictim,
  app: TestApp,
  place: Place,
  known: Acknowledged,
  enough: () => boolean,
): Promise<void> {
  const alive = new AbortController();
  const working = place.apps.map((id) =>
    work(victim, app, { appId: id, instanceId: place.instanceId }, known, alive.signal),
  );
  while (!enough()) await pause(10);
  await pause(Math.random() * longestMore);
  await victim.kill();
  alive.abort();
  await Promise.all(working);
}

type OnePlace = { readonly appId: string; readonly instanceId: string };

/** Installs, calls and uninstalls, over and over; what is not answered is not acknowledged. */
async function work(
  victim: CloudVictim,
  app: TestApp,
  place: OnePlace,
  known: Acknowledged,
  alive: AbortSignal,
): Promise<void> {
  while (!alive.aborted) {
    try {
      await onceAround(victim, app, place, known);
    } catch {
      // The Cloud is gone, or going; the next turn finds out.
      await pause(1);
    }
  }
}

async function onceAround(
  victim: CloudVictim,
  app: TestApp,
  { appId, instanceId }: OnePlace,
  known: Acknowledged,
): Promise<void> {
  const open = await victim.admin("GET", `/admin/installations?app_id=${appId}&status=active`);
  const [active] = (open.body as unknown as Page).data;
  const id = active?.["installed_app_id"] ?? (await install(victim, appId, instanceId, known));
  if (id === undefined) return;
  const key = app.received.findLast(({ body }) => body["installed_app_id"] === id)?.body["api_key"];
  const asked = await call(victim.url, "GET", "/alerts", { authorization: `Bearer ${String(key)}` });
  const requestId = asked.headers.get("x-request-id");
  if (requestId !== null) known.calls.add(requestId);
  const ended = await victim.admin("DELETE", `/admin/installations/${id}`);
  if (ended.status !== 200) return;
  known.installations.set(id, "uninstalled");
  known.deliveries.add(String(ended.body["delivery_id"]));
}

async function install(
  victim: CloudVictim,
  appId: string,
  instanceId: string,
  known: Acknowledged,
): Promise<string | undefined> {
  const place = { app_id: appId, instance_id: instanceId };
  const { status, body } = await victim.admin("POST", "/admin/installations", place);
  if (body["delivery_id"] !== undefined) known.deliveries.add(String(body["delivery_id"]));
  if (status !== 201) return undefined;
  const id = String(body["installed_app_id"]);
  known.installations.set(id, "active");
  return id;
}

/** What was acknowledged and is not there any more. */
async function missing(victim: CloudVictim, known: Acknowledged): Promise<readonly string[]> {
  const rows = await victim.all("/admin/installations");
  const statuses = new Map(rows.map((row) => [row["installed_app_id"], row["status"]]));
  const deliveries = new Set((await victim.all("/admin/deliveries")).map((row) => row["delivery_id"]));
  const recorded = new Set((await victim.all("/admin/audit")).map((row) => row["request_id"]));
  // An uninstall that was asked for when the Cloud died may be complete without its having said so, and no more.
  const wrong = [...known.installations].filter(([id, last]) => {
    const status = statuses.get(id);
    return status !== "uninstalled" && status !== last;
  });
  return [
    ...wrong.map(([id, last]) => `${id} was ${last} and is ${statuses.get(id) ?? "gone"}`),
    ...rows.filter((row) => row["status"] === "installing").map((row) => `${row["installed_app_id"]} hangs`),
    ...[...known.deliveries].filter((id) => !deliveries.has(id)).map((id) => `delivery ${id} is lost`),
    ...[...known.calls].filter((id) => !recorded.has(id)).map((id) => `call ${id} is not in the audit log`),
  ];
}
