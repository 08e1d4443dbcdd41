/**
 * On one PostgreSQL server, whose commits wait for the disk: the framework against hand-written Express over the same
 * driver, three replicas against one, its jobs against bare pg-boss, and how soon work of a replica that was killed
 * goes on elsewhere.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { type PostgresServer, startPostgres } from "../../../tests/support/postgres-server.ts";
import type { Installed } from "../http/events.ts";
import { connections, loadInstalls, loadLaunches } from "../http/measure.ts";
import { type RunningServer, type ServerName, startServer } from "../http/server-process.ts";
import { openFrameworkQueue } from "../jobs/framework.ts";
import type { Queue } from "../jobs/queue.ts";
import { measureQueue, type QueueFigures } from "../jobs/suite.ts";
import type { SuiteOptions } from "../options.ts";
import type { Bound, Row } from "../report.ts";
import { openPgBossQueue } from "./pg-boss.ts";
import { measureTakeOver } from "./take-over.ts";

type Round = {
  readonly express: EventFigures;
  readonly one: EventFigures;
  readonly three: EventFigures;
  readonly ours: QueueFigures;
  readonly pgBoss: QueueFigures;
};

type EventFigures = { readonly installs: number; readonly launches: number };

/** Enough that a second replica is not taken for a duplicate of the first one's work. */
const replicas = 3;
const startTarget = 10;
const startFloor = 25;
const takeOverTarget = 15;
const takeOverFloor = 30;

export async function runPostgresSuite({ rounds, seconds }: SuiteOptions): Promise<readonly Row[]> {
  const server = await startPostgres({
    durable: true,
    settings: { max_connections: "200", shared_buffers: "256MB" },
  });
  try {
    const measured: Round[] = [];
    for (let round = 0; round < rounds; round += 1) measured.push(await measureRound(server, round, seconds));
    return rowsOf(measured, await measureTakeOver(server));
  } finally {
    await server.stop();
  }
}

async function measureRound(server: PostgresServer, round: number, seconds: number): Promise<Round> {
  const events = (name: ServerName, count: number) =>
    measureEvents(server, `${name}_${count}_${round}`.replaceAll("-", "_"), name, count, seconds);
  const steps: readonly (() => Promise<Partial<Round>>)[] = [
    async () => ({ express: await events("express-postgres", 1) }),
    async () => ({ one: await events("annex", 1) }),
    async () => ({ three: await events("annex", replicas) }),
    async () => ({ pgBoss: await measureJobs(server, `boss_${round}`, openPgBossQueue) }),
    async () => ({ ours: await measureJobs(server, `jobs_${round}`, openFrameworkQueue) }),
  ];
  let result: Partial<Round> = {};
  // Each round begins with another, so that none always runs first.
  for (let index = 0; index < steps.length; index += 1)
    result = { ...result, ...(await steps[(index + round) % steps.length]?.()) };
  return result as Round;
}

async function measureEvents(
  server: PostgresServer,
  database: string,
  name: ServerName,
  count: number,
  seconds: number,
): Promise<EventFigures> {
  const url = await server.createDatabase(database);
  const running: RunningServer[] = [];
  for (let index = 0; index < count; index += 1) running.push(await startServer(name, { database: url }));
  const installed: Installed[] = [];
  const all = async (load: (port: number, share: number) => Promise<{ readonly perSecond: number }>) => {
    const results = await Promise.all(running.map(({ port }) => load(port, Math.ceil(connections / count))));
    return results.reduce((sum, { perSecond }) => sum + perSecond, 0);
  };
  try {
    await all((port, share) => loadInstalls(port, installed, share, seconds / 2));
    const installs = await all((port, share) => loadInstalls(port, installed, share, seconds));
    const launches = await all((port, share) => loadLaunches(port, installed, share, seconds));
    await verifyRows(url, name, installed);
    return { installs, launches };
  } finally {
    for (const each of running) await each.end();
  }
}

/** Rows in the database are exactly the acknowledged installs, each once, whichever replica took them. */
async function verifyRows(url: string, name: ServerName, installed: readonly Installed[]): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const table = name === "annex" ? "annex_bench.installations" : "installations";
  const { rows } = await client.query(`SELECT installed_app_id AS id FROM ${table} WHERE status = 'active'`);
  await client.end();
  const stored = new Set(rows.map(({ id }) => id));
  if (rows.length !== installed.length || installed.some(({ id }) => !stored.has(id)))
    throw new Error(`${installed.length} installs were acknowledged by ${name}, ${rows.length} are stored.`);
}

async function measureJobs(
  server: PostgresServer,
  database: string,
  open: (url: string, directory: string) => Promise<Queue>,
): Promise<QueueFigures> {
  const directory = mkdtempSync(join(tmpdir(), "annex-bench-jobs-"));
  const queue = await open(await server.createDatabase(database), directory);
  try {
    return await measureQueue(queue, { backlog: 1500, starts: 30 });
  } finally {
    await queue.close();
    rmSync(directory, { recursive: true });
  }
}

function rowsOf(measured: readonly Round[], takeOver: number): readonly Row[] {
  const ratio = (
    what: string,
    against: string,
    unit: string,
    figures: (round: Round) => readonly [ours: number, theirs: number],
    [target, floor]: readonly [Bound, Bound],
  ): Row => ({
    what,
    against,
    unit,
    ratios: measured.map((round) => figures(round)[0] / figures(round)[1]),
    ours: measured.map((round) => figures(round)[0]),
    target,
    floor,
  });
  const atLeast = (target: number, floor: number) => [{ atLeast: target }, { atLeast: floor }] as const;
  const starts = measured.map(({ ours }) => ours.startMilliseconds);
  return [
    ratio(
      "installs, 50 connections",
      "express over pg",
      "/s",
      ({ one, express }) => [one.installs, express.installs],
      atLeast(3, 2),
    ),
    ratio(
      "launches, 50 connections",
      "express over pg",
      "/s",
      ({ one, express }) => [one.launches, express.launches],
      atLeast(3, 2),
    ),
    ratio(
      "installs, three replicas",
      "one replica",
      "/s",
      ({ three, one }) => [three.installs, one.installs],
      atLeast(1.5, 1),
    ),
    ratio(
      "jobs a second, ten at a time",
      "bare pg-boss",
      "/s",
      ({ ours, pgBoss }) => [ours.jobsPerSecond, pgBoss.jobsPerSecond],
      atLeast(0.7, 0.5),
    ),
    ratio(
      "job start, idle worker, p50",
      "bare pg-boss",
      "ms",
      ({ ours, pgBoss }) => [ours.startMilliseconds, pgBoss.startMilliseconds],
      [{ atMost: 1 }, { atMost: 2 }],
    ),
    {
      what: "job start, idle worker, p50",
      against: `${startTarget} ms`,
      unit: "ms",
      ratios: starts.map((milliseconds) => milliseconds / startTarget),
      ours: starts,
      target: { atMost: 1 },
      floor: { atMost: startFloor / startTarget },
    },
    {
      what: "work of a replica that was killed goes on after",
      against: `${takeOverTarget} s`,
      unit: "s",
      ratios: [takeOver / takeOverTarget],
      ours: [takeOver],
      target: { atMost: 1 },
      floor: { atMost: takeOverFloor / takeOverTarget },
    },
  ];
}
