/** Rounds over the two queues in turn, told as ratios of the framework's jobs to each other. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { SuiteOptions } from "../options.ts";
import { median, type Row } from "../report.ts";
import { openBareQueue } from "./bare.ts";
import { openFrameworkQueue } from "./framework.ts";
import type { Queue, QueueKind } from "./queue.ts";

type Name = "ours" | "bare";
export type QueueFigures = { readonly jobsPerSecond: number; readonly startMilliseconds: number };

const kinds: Readonly<Record<Name, QueueKind>> = {
  bare: { open: openBareQueue, backlog: 2000, starts: 30 },
  ours: { open: openFrameworkQueue, backlog: 2000, starts: 30 },
};

/** What an idle start may take, and the most that is tolerated, in milliseconds. */
const startTarget = 10;
const startFloor = 25;

/** Jobs a second with ten at a time, and how soon an idle worker starts one. */
export async function runJobsSuite({ rounds }: SuiteOptions): Promise<readonly Row[]> {
  const measured: Record<Name, QueueFigures[]> = { ours: [], bare: [] };
  for (let round = 0; round < rounds; round += 1) {
    for (const name of ["bare", "ours"] as const) measured[name].push(await measure(kinds[name]));
  }
  const rates = (name: Name) => measured[name].map(({ jobsPerSecond }) => jobsPerSecond);
  const starts = (name: Name) => measured[name].map(({ startMilliseconds }) => startMilliseconds);
  const perSecond = { what: "jobs a second, ten at a time", unit: "/s", ours: rates("ours") };
  const start = { what: "job start, idle worker, p50", unit: "ms", ours: starts("ours") };
  const atLeast = (ratio: number) => ({ target: { atLeast: ratio }, floor: { atLeast: ratio } });
  return [
    { ...perSecond, against: "bare queue", ratios: ratios(rates("ours"), rates("bare")), ...atLeast(0.5) },
    {
      ...start,
      against: `${startTarget} ms`,
      ratios: starts("ours").map((milliseconds) => milliseconds / startTarget),
      target: { atMost: 1 },
      floor: { atMost: startFloor / startTarget },
    },
  ];
}

function ratios(ours: readonly number[], theirs: readonly number[]): number[] {
  return ours.map((figure, round) => figure / (theirs[round] ?? Number.NaN));
}

async function measure(kind: QueueKind): Promise<QueueFigures> {
  const directory = mkdtempSync(join(tmpdir(), "annex-bench-jobs-"));
  const queue = await kind.open(join(directory, "jobs.db"), directory);
  try {
    return await measureQueue(queue, kind);
  } finally {
    await queue.close();
    rmSync(directory, { recursive: true });
  }
}

/** A backlog's pace, and the start of one job after the other. */
export async function measureQueue(
  queue: Queue,
  size: Pick<QueueKind, "backlog" | "starts">,
): Promise<QueueFigures> {
  // Once for nothing, so that no one is measured cold.
  await queue.backlog(20);
  const { milliseconds } = await queue.backlog(size.backlog);
  const starts: number[] = [];
  for (let index = 0; index < size.starts; index += 1) starts.push(await queue.startLatency());
  return { jobsPerSecond: (size.backlog * 1000) / milliseconds, startMilliseconds: median(starts) };
}
