/** Rounds over the four servers in turn, told as ratios of the framework to each hand-written one. */

import type { SuiteOptions } from "../options.ts";
import type { Bound, Row } from "../report.ts";
import { type Measurements, measure } from "./measure.ts";
import type { ServerName } from "./server-process.ts";

type Figure = keyof Measurements;
type Target = {
  readonly what: string;
  readonly figure: Figure;
  readonly against: Exclude<ServerName, "annex">;
  readonly target: Bound;
  readonly floor: Bound;
};

const atLeast = (ratio: number): Bound => ({ atLeast: ratio });
const atMost = (ratio: number): Bound => ({ atMost: ratio });

const targets: readonly Target[] = [
  {
    what: "installs, 50 connections",
    figure: "installsPerSecond",
    against: "express",
    target: atLeast(3.1),
    floor: atLeast(2.8),
  },
  {
    what: "installs, 50 connections",
    figure: "installsPerSecond",
    against: "group-commit",
    target: atLeast(1),
    floor: atLeast(0.9),
  },
  {
    what: "one install alone, p50",
    figure: "aloneP50",
    against: "bare",
    target: atMost(1.05),
    floor: atMost(1.4),
  },
  {
    what: "one install alone, p50",
    figure: "aloneP50",
    against: "express",
    target: atMost(1),
    floor: atMost(1),
  },
  {
    what: "install p99, 50 connections",
    figure: "installP99",
    against: "express",
    target: atMost(0.3),
    floor: atMost(0.4),
  },
  {
    what: "duplicates",
    figure: "duplicatesPerSecond",
    against: "bare",
    target: atLeast(1.2),
    floor: atLeast(1),
  },
  {
    what: "launches",
    figure: "launchesPerSecond",
    against: "express",
    target: atLeast(4),
    floor: atLeast(3),
  },
  {
    what: "launches",
    figure: "launchesPerSecond",
    against: "group-commit",
    target: atLeast(0.85),
    floor: atLeast(0.7),
  },
  {
    what: "session checks",
    figure: "checksPerSecond",
    against: "bare",
    target: atLeast(0.95),
    floor: atLeast(0.8),
  },
  {
    what: "session checks while installs run",
    figure: "mixedChecksPerSecond",
    against: "express",
    target: atLeast(5),
    floor: atLeast(3.5),
  },
  {
    what: "the same, p99",
    figure: "mixedChecksP99",
    against: "express",
    target: atMost(0.3),
    floor: atMost(0.4),
  },
  {
    what: "cold start to first durable 200",
    figure: "coldStart",
    against: "bare",
    target: atMost(1.3),
    floor: atMost(1.5),
  },
  {
    what: "resident memory, loaded",
    figure: "memory",
    against: "express",
    target: atMost(1.1),
    floor: atMost(1.2),
  },
];

/** How far sharing a commit gets anybody on this machine: where HTTP itself is slow, the flush weighs less. */
const context: readonly { readonly what: string; readonly figure: Figure }[] = [
  { what: "(context) group commit, installs", figure: "installsPerSecond" },
  { what: "(context) group commit, launches", figure: "launchesPerSecond" },
];

const units: Readonly<Record<Figure, string>> = {
  installsPerSecond: "/s",
  installP99: "ms",
  aloneP50: "ms",
  duplicatesPerSecond: "/s",
  launchesPerSecond: "/s",
  checksPerSecond: "/s",
  mixedChecksPerSecond: "/s",
  mixedChecksP99: "ms",
  coldStart: "ms",
  memory: "MB",
};

const servers: readonly ServerName[] = ["annex", "express", "bare", "group-commit"];

export async function runHttpSuite({ rounds, seconds }: SuiteOptions): Promise<readonly Row[]> {
  const measured: Record<ServerName, Measurements>[] = [];
  for (let round = 0; round < rounds; round += 1) measured.push(await measureRound(round, seconds));
  return [
    ...targets.map((target) => targetRow(target, measured)),
    ...context.map((row) => contextRow(row, measured)),
  ];
}

type Round = Readonly<Record<ServerName, Measurements>>;

function contextRow({ what, figure }: (typeof context)[number], measured: readonly Round[]): Row {
  return {
    what,
    against: "express",
    ratios: measured.map((each) => each["group-commit"][figure] / each.express[figure]),
    ours: measured.map((each) => each["group-commit"][figure]),
    unit: units[figure],
    target: { atLeast: 0 },
    floor: { atLeast: 0 },
  };
}

function targetRow(target: Target, measured: readonly Round[]): Row {
  return {
    what: target.what,
    against: target.against,
    ratios: measured.map((each) => each.annex[target.figure] / each[target.against][target.figure]),
    ours: measured.map((each) => each.annex[target.figure]),
    unit: units[target.figure],
    target: target.target,
    floor: target.floor,
  };
}

/** Each round begins with another server, so that none always runs first. */
async function measureRound(round: number, seconds: number): Promise<Record<ServerName, Measurements>> {
  const order = servers.map((_, index) => servers[(index + round) % servers.length] ?? "annex");
  const results: Partial<Record<ServerName, Measurements>> = {};
  for (const name of order) results[name] = await measure(name, seconds);
  return results as Record<ServerName, Measurements>;
}
