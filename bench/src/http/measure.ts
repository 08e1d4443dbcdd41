/** All measurements of one server in one round, each answer checked. */
import { DatabaseSync } from "node:sqlite";
import { callbackPath, type Installed, newInstall, portalBody, portalPath } from "./events.ts";
import { ask, type LoadAnswer, load } from "./load.ts";
import { type RunningServer, type ServerName, startServer } from "./server-process.ts";

export type Measurements = {
  readonly installsPerSecond: number;
  readonly installP99: number;
  readonly aloneP50: number;
  readonly duplicatesPerSecond: number;
  readonly launchesPerSecond: number;
  readonly checksPerSecond: number;
  readonly mixedChecksPerSecond: number;
  readonly mixedChecksP99: number;
  readonly coldStart: number;
  readonly memory: number;
};

export const connections = 50;

export async function measure(name: ServerName, seconds: number): Promise<Measurements> {
  const server = await startServer(name);
  try {
    return await measureRunning(server, seconds);
  } finally {
    await server.end();
  }
}

async function measureRunning(server: RunningServer, seconds: number): Promise<Measurements> {
  const installed: Installed[] = [];
  const { port } = server;
  await installOnce(port, installed);
  const coldStart = performance.now() - server.spawnedAt;

  await loadInstalls(port, installed, connections, seconds / 4);
  const installs = await loadInstalls(port, installed, connections, seconds);
  const alone = await loadInstalls(port, installed, 1, seconds / 2);
  const duplicates = await loadDuplicates(port, installed, seconds);
  const launches = await loadLaunches(port, installed, connections, seconds);
  const session = await openSession(port, installed);
  const checks = await loadChecks(port, session, connections, seconds);
  const [mixed] = await Promise.all([
    loadChecks(port, session, connections / 2, seconds),
    loadInstalls(port, installed, connections / 2, seconds),
  ]);
  const memory = server.memory();
  verifyRows(server.database, installed);
  return {
    installsPerSecond: installs.perSecond,
    installP99: installs.p99,
    aloneP50: alone.p50,
    duplicatesPerSecond: duplicates.perSecond,
    launchesPerSecond: launches.perSecond,
    checksPerSecond: checks.perSecond,
    mixedChecksPerSecond: mixed.perSecond,
    mixedChecksP99: mixed.p99,
    coldStart,
    memory,
  };
}

async function installOnce(port: number, installed: Installed[]): Promise<void> {
  const install = newInstall();
  expectStatus(await ask(port, { method: "POST", path: callbackPath, body: install.body }));
  installed.push(install);
}

export function loadInstalls(port: number, installed: Installed[], count: number, seconds: number) {
  const underway = new Map<string, Installed>();
  return load({
    port,
    connections: count,
    seconds,
    next: () => {
      const install = newInstall();
      underway.set(install.body, install);
      return { method: "POST", path: callbackPath, body: install.body };
    },
    check: (answer, request) => {
      expectStatus(answer);
      const install = underway.get(request.body ?? "");
      if (install !== undefined) installed.push(install);
    },
  });
}

function loadDuplicates(port: number, installed: readonly Installed[], seconds: number) {
  return load({
    port,
    connections,
    seconds,
    next: () => ({ method: "POST", path: callbackPath, body: any(installed).body }),
    check: expectStatus,
  });
}

export function loadLaunches(port: number, installed: readonly Installed[], count: number, seconds: number) {
  return load({
    port,
    connections: count,
    seconds,
    next: () => ({ method: "POST", path: portalPath, body: portalBody(any(installed)) }),
    check: (answer) => {
      expectStatus(answer);
      if (!answer.body.includes("/portal/enter?token=")) throw new Error(`No portal URL: ${answer.body}`);
    },
  });
}

/** A session as a page gets it: a launch, then the entered page where the server has one. */
async function openSession(port: number, installed: readonly Installed[]): Promise<string> {
  const launched = await ask(port, { method: "POST", path: portalPath, body: portalBody(any(installed)) });
  const token = /token=([\w-]+)/.exec(launched.body)?.[1] ?? "";
  const entered = await ask(port, { method: "GET", path: `/portal/enter?token=${token}` });
  return /"session":\s*"([^"]+)"/.exec(entered.body)?.[1] ?? token;
}

function loadChecks(port: number, token: string, count: number, seconds: number) {
  return load({
    port,
    connections: count,
    seconds,
    next: () => ({ method: "GET", path: "/portal/api/session", token }),
    check: (answer) => {
      expectStatus(answer);
      if (!answer.body.includes("user_bench")) throw new Error(`Not the session: ${answer.body}`);
    },
  });
}

function expectStatus(answer: LoadAnswer): void {
  if (answer.status !== 200) throw new Error(`Expected 200, got ${answer.status}: ${answer.body}`);
}

/** Rows in the database are exactly the acknowledged installs, each once, each active, none with its key in clear. */
function verifyRows(file: string, installed: readonly Installed[]): void {
  const database = new DatabaseSync(file, { readOnly: true });
  const rows = database
    .prepare("SELECT installed_app_id AS id FROM installations WHERE status = 'active'")
    .all();
  database.close();
  const stored = new Set(rows.map((row) => String(row["id"])));
  if (
    rows.length !== installed.length ||
    stored.size !== installed.length ||
    installed.some(({ id }) => !stored.has(id))
  ) {
    throw new Error(
      `${installed.length} installs were acknowledged, ${rows.length} rows (${stored.size} distinct) are stored.`,
    );
  }
}

function any(installed: readonly Installed[]): Installed {
  const one = installed[Math.floor(Math.random() * installed.length)];
  if (one === undefined) throw new Error("Nothing is installed.");
  return one;
}
