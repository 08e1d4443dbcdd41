/** What the suite runs on: a local Cloud, a Stripe with many sales, and Stripe Sync as a process of its own. */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { startSandbox } from "@annex/sandbox";
import { readyUrl } from "../../../tests/support/ready-url.ts";

const app = fileURLToPath(new URL("../../../apps/stripe-sync/", import.meta.url));
const callbackSecret = "0123456789abcdefghijklmnopqrstuv";
const scopes = ["data:read", "data:write", "alerts:write"];

/** Stripe Sync, installed and at its first import. */
export type Place = {
  /** Asks the app's portal as its page does; JSON below `/portal/api`. */
  ask<Answer>(path: string, body?: object): Promise<Answer>;
  /** Calls of Cloud in a span of time. */
  cloudCalls(from: Date, to: Date): Promise<number>;
  /** What Stripe owes the shop, by currency in upper case, in minor units: counted by the simulator from what happened. */
  owed(): Promise<ReadonlyMap<string, string>>;
  /** Resident memory of the app, in MB. */
  memory(): number;
  /** What the app holds on to: its heap, once all has been collected that it does not need, in MB. */
  held(): Promise<number>;
  /** Ends the app with SIGKILL, wherever it is, and starts it again at the same address. */
  kill(): Promise<void>;
  end(): Promise<void>;
};

/** @param sales how many there are at Stripe beside the few hundred objects of every simulated account. */
export async function openPlace(sales: number): Promise<Place> {
  const directory = mkdtempSync(join(tmpdir(), "annex-bench-stripe-"));
  const simulator = await started("simulator/main.ts", ["--port", "0", "--sales", `${sales}`], {});
  const settings = { rate_limit_per_minute: 1_000_000_000 };
  const sandbox = await startSandbox({ port: 0, dataDirectory: join(directory, "cloud"), settings });
  const environment = {
    ANNEX_CLOUD_URL: sandbox.url,
    ANNEX_DATABASE: join(directory, "app.db"),
    ANNEX_LOG: join(directory, "app.log"),
    ANNEX_CALLBACK_SECRET: callbackSecret,
    STRIPE_SIMULATOR_URL: simulator.url,
  };
  let served = await startedToLookInto({ ...environment, PORT: "0" });
  const admin = <Answer>(method: string, path: string, body?: object) =>
    json<Answer>(method, `${sandbox.url}${path}`, sandbox.adminToken, body);
  const { app_id } = await sandbox.registerApp({
    manifest: {
      name: "Stripe Sync",
      registration_callback_url: `${served.url}/cloud/${callbackSecret}/callback`,
      portal_generator_url: `${served.url}/cloud/${callbackSecret}/portal`,
      permissions: scopes,
    },
    url: served.url,
  } as Parameters<typeof sandbox.registerApp>[0]);
  const state = await admin<State>("GET", "/admin/state");
  const [organization] = state.organizations;
  const user_id = organization?.members.find(({ role }) => role === "Admin")?.user_id;
  const instance_id = organization?.instances[0]?.instance_id;
  const { installed_app_id } = await admin<{ installed_app_id: string }>("POST", "/admin/installations", {
    app_id,
    instance_id,
    granted_permissions: scopes,
    user_id,
  });
  const launch = async () => {
    const path = `/admin/installations/${installed_app_id}/launch`;
    const { portal_url } = await admin<{ portal_url: string }>("POST", path, { user_id });
    return sessionIn(await (await fetch(portal_url)).text());
  };
  let session = await launch();
  return {
    ask: async (path, body) => {
      const method = body === undefined ? "GET" : "POST";
      const url = `${served.url}/portal/api${path}`;
      try {
        return await json(method, url, session, body);
      } catch {
        // A long import outlives a session.
        session = await launch();
        return json(method, url, session, body);
      }
    },
    cloudCalls: (from, to) =>
      callsIn(
        (path) => admin<Counted>("GET", `/admin/audit?pageSize=1&${path}`),
        from.getTime(),
        to.getTime(),
      ),
    owed: async () => {
      const { data } = await json<Totals>("GET", `${simulator.url}/simulator/totals`, "");
      return new Map(data.map(({ currency, held }) => [currency.toUpperCase(), String(held)]));
    },
    memory: () => memoryOf(served.child.pid),
    held: () => heapAt(served.inspector),
    kill: async () => {
      await ended(served.child, "SIGKILL");
      const { port } = new URL(served.url);
      served = await startedToLookInto({ ...environment, PORT: port });
    },
    end: async () => {
      await ended(served.child);
      await sandbox.close();
      await ended(simulator.child);
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** Resident, in MB. On Linux without a process of its own, which would be measured along. */
function memoryOf(pid: number | undefined): number {
  const status = `/proc/${pid}/status`;
  const kilobytes = existsSync(status)
    ? /VmRSS:\s+(\d+)/.exec(readFileSync(status, "utf8"))?.[1]
    : execFileSync("ps", ["-o", "rss=", "-p", `${pid}`], { encoding: "utf8" });
  return Number(kilobytes) / 1024;
}

type Counted = { readonly total: number; readonly total_is_minimum: boolean };

/** Cloud counts up to ten thousand: what is more is counted in halves. Both ends are included. */
async function callsIn(ask: (query: string) => Promise<Counted>, from: number, to: number): Promise<number> {
  const span = `from=${new Date(from).toISOString()}&to=${new Date(to).toISOString()}`;
  const { total, total_is_minimum: isMore } = await ask(span);
  if (!isMore) return total;
  const middle = Math.floor((from + to) / 2);
  return (await callsIn(ask, from, middle)) + (await callsIn(ask, middle + 1, to));
}

type Totals = { readonly data: readonly { readonly currency: string; readonly held: number }[] };

type State = {
  readonly organizations: readonly {
    readonly instances: readonly { readonly instance_id: string }[];
    readonly members: readonly { readonly user_id: string; readonly role: string }[];
  }[];
};

async function json<Answer>(method: string, url: string, token: string, body?: object): Promise<Answer> {
  const response = await fetch(url, {
    method,
    headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${url} answered ${response.status}: ${text}`);
  return JSON.parse(text) as Answer;
}

function sessionIn(page: string): string {
  const block = /<script[^>]*id="annex-session"[^>]*>(.*?)<\/script>/s.exec(page)?.[1] ?? "{}";
  return (JSON.parse(block) as { session: string }).session;
}

type Started = { readonly url: string; readonly child: ChildProcess };

async function started(
  entry: string,
  given: readonly string[],
  environment: Record<string, string>,
): Promise<Started> {
  const child = begun([join(app, entry), ...given], environment, "inherit");
  return { url: await readyUrl(child), child };
}

function begun(
  given: readonly string[],
  environment: Record<string, string>,
  errors: "inherit" | "pipe",
): ChildProcess {
  return spawn(process.execPath, given, {
    env: { ...process.env, NODE_ENV: "development", ...environment },
    stdio: ["ignore", "pipe", errors],
  });
}

const looking = ["--expose-gc", "--inspect=127.0.0.1:0"];

/** The app, with the door that Node's inspector looks in by. */
async function startedToLookInto(
  environment: Record<string, string>,
): Promise<Started & { readonly inspector: string }> {
  const child = begun([...looking, join(app, "src/main.ts")], environment, "pipe");
  const [url, inspector] = await Promise.all([readyUrl(child), inspectorOf(child)]);
  return { url, child, inspector };
}

/** Where the inspector listens, which Node says before anything else. The app's own words are passed on. */
function inspectorOf(child: ChildProcess): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  let said = "";
  child.stderr?.on("data", (chunk: Buffer) => {
    said += chunk.toString();
    const address = /^Debugger listening on (ws:\S+)$/m.exec(said)?.[1];
    if (address !== undefined) resolve(address);
    for (const line of said.split("\n").slice(0, -1)) if (!isOfInspector(line)) console.error(line);
    said = said.slice(said.lastIndexOf("\n") + 1);
  });
  return promise;
}

function isOfInspector(line: string): boolean {
  return /^(Debugger|For help, see: https:\/\/nodejs)/.test(line);
}

/** In one go, so that nothing comes to it between the collection and the look; in MB. */
async function heapAt(inspector: string): Promise<number> {
  const socket = new WebSocket(inspector);
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  socket.addEventListener("error", () => reject(new Error("The app's inspector did not answer.")));
  socket.addEventListener("message", ({ data }) => resolve(String(data)));
  const params = { expression: "gc(); process.memoryUsage().heapUsed" };
  socket.addEventListener("open", () =>
    socket.send(JSON.stringify({ id: 1, method: "Runtime.evaluate", params })),
  );
  const answer = await promise;
  socket.close();
  const { result } = JSON.parse(answer) as {
    readonly result: { readonly result: { readonly value: number } };
  };
  return result.result.value / 1024 / 1024;
}

async function ended(child: ChildProcess, signal: NodeJS.Signals = "SIGTERM"): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  child.kill(signal);
  await gone;
}
