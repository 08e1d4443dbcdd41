/**
 * A hundred thousand installations and a million remembered events, against an empty database: how long callbacks and
 * launches take at worst, and what the process weighs. On both stores; only when asked for.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type PostgresServer, startPostgres } from "../../../tests/support/postgres-server.ts";
import type { Installed } from "../http/events.ts";
import { connections, loadInstalls, loadLaunches } from "../http/measure.ts";
import { keyRing, type RunningServer, startServer } from "../http/server-process.ts";
import type { SuiteOptions } from "../options.ts";
import type { Row } from "../report.ts";
import { fillPostgres, fillSqlite, type Growth, someFilled } from "./fill.ts";

const grown = { installations: 100_000, events: 1_000_000 };

type Figures = { readonly callbackP99: number; readonly launchP99: number; readonly memory: number };
type Round = { readonly full: Figures; readonly empty: Figures };

export async function runGrowthAppSuite({ rounds, seconds, scale }: SuiteOptions): Promise<readonly Row[]> {
  const growth = {
    installations: Math.round(grown.installations * scale),
    events: Math.round(grown.events * scale),
  };
  const directory = mkdtempSync(join(tmpdir(), "annex-bench-growth-"));
  const server = await startPostgres({
    durable: true,
    settings: { shared_buffers: "256MB", max_wal_size: "4GB" },
  });
  try {
    const sqlite = { full: join(directory, "full.db"), empty: join(directory, "empty.db") };
    await fillSqlite(sqlite.full, keyRing, growth);
    const postgres = await filledServer(server, growth);
    return [
      ...rowsOf("SQLite", growth, await measureBoth(sqlite, growth, rounds, seconds)),
      ...rowsOf("PostgreSQL", growth, await measureBoth(postgres, growth, rounds, seconds)),
    ];
  } finally {
    await server.stop();
    rmSync(directory, { recursive: true, force: true });
  }
}

type Databases = { readonly full: string; readonly empty: string };

async function filledServer(server: PostgresServer, growth: Growth): Promise<Databases> {
  const databases = {
    full: await server.createDatabase("full"),
    empty: await server.createDatabase("empty"),
  };
  await fillPostgres(databases.full, "bench", keyRing, growth);
  return databases;
}

async function measureBoth(
  { full, empty }: Databases,
  growth: Growth,
  rounds: number,
  seconds: number,
): Promise<readonly Round[]> {
  const servers = {
    full: await startServer("annex", { database: full }),
    empty: await startServer("annex", { database: empty }),
  };
  const launched = { full: [...someFilled(growth)], empty: [] as Installed[] };
  try {
    // Once for nothing, so that nobody is measured cold.
    await measure(servers.full, launched.full, seconds / 2);
    await measure(servers.empty, launched.empty, seconds / 2);
    const measured: Round[] = [];
    for (let round = 0; round < rounds; round += 1)
      measured.push({
        full: await measure(servers.full, launched.full, seconds),
        empty: await measure(servers.empty, launched.empty, seconds),
      });
    return measured;
  } finally {
    await servers.full.end();
    await servers.empty.end();
  }
}

async function measure(server: RunningServer, installed: Installed[], seconds: number): Promise<Figures> {
  const callbacks = await loadInstalls(server.port, installed, connections, seconds);
  const launches = await loadLaunches(server.port, installed, connections, seconds);
  return { callbackP99: callbacks.p99, launchP99: launches.p99, memory: server.memory() };
}

function rowsOf(store: string, growth: Growth, measured: readonly Round[]): readonly Row[] {
  const row = (what: string, figure: keyof Figures, unit: string, target: number, floor: number): Row => ({
    what: `${store}, ${growth.installations.toLocaleString("en")} installations: ${what}`,
    against: "an empty store",
    ratios: measured.map(({ full, empty }) => full[figure] / empty[figure]),
    ours: measured.map(({ full }) => full[figure]),
    unit,
    target: { atMost: target },
    floor: { atMost: floor },
  });
  return [
    row("callbacks, p99", "callbackP99", "ms", 1.5, 2),
    row("launches, p99", "launchP99", "ms", 1.5, 2),
    row("resident memory", "memory", "MB", 1.1, 1.2),
  ];
}
