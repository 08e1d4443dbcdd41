/**
 * Schedules: cron expressions in UTC. Each tick starts at most one run for an installation, however many replicas see
 * it, since the tick is part of the run's key. Ticks missed while the app was down become one run, for the latest.
 */
import { Cron } from "croner";
import type { JobsHost } from "../jobs-host.ts";
import type { Job } from "./interface.ts";
import type { RunStore } from "./store/index.ts";

const installationsAtOnce = 500;

export type Schedule = { readonly name: string; readonly cron: Cron; readonly job: Job<never, unknown> };

/**
 * Checks a schedule.
 *
 * @throws TypeError for a cron expression that is none.
 */
export function defineSchedule(name: string, expression: string, job: Job<never, unknown>): Schedule {
  try {
    return { name, cron: new Cron(expression, { timezone: "UTC", paused: true }), job };
  } catch (cause) {
    throw new TypeError(`Schedule "${name}": "${expression}" is not a cron expression.`, { cause });
  }
}

/** The latest tick of a schedule that is due and was not dealt with, in milliseconds since 1970. */
export function dueTick(cron: Cron, lastTick: number, now: number): number | undefined {
  // The reference is exclusive, and a tick at this very moment is due.
  const [latest] = cron.previousRuns(1, new Date(now + 1));
  const tick = latest?.getTime();
  return tick !== undefined && tick > lastTick ? tick : undefined;
}

/** When the next tick of any schedule comes; infinity when none does. */
export function nextTickAt(schedules: readonly Schedule[], now: number): number {
  const times = schedules
    .map(({ cron }) => cron.nextRun(new Date(now))?.getTime())
    .filter((time) => time !== undefined);
  return Math.min(Number.POSITIVE_INFINITY, ...times);
}

/** Schedules seen for the first time begin now: what came before was not missed. */
export async function beginSchedules(
  host: JobsHost,
  store: RunStore,
  schedules: readonly Schedule[],
): Promise<void> {
  const unseen = schedules.filter(({ name }) => store.lastTick(name) === undefined);
  if (unseen.length === 0) return;
  await store.transaction(() => {
    for (const { name } of unseen) store.rememberTick(name, host.clock());
  });
}

/** Starts what is due, for every active installation that was there at the tick. */
export async function startScheduledRuns(
  host: JobsHost,
  store: RunStore,
  schedules: readonly Schedule[],
  now: number,
): Promise<void> {
  for (const schedule of schedules) {
    const lastTick = store.lastTick(schedule.name);
    const tick = lastTick === undefined ? undefined : dueTick(schedule.cron, lastTick, now);
    if (tick !== undefined) await startTick(host, store, schedule, tick);
  }
}

async function startTick(host: JobsHost, store: RunStore, schedule: Schedule, tick: number): Promise<void> {
  const { name, job } = schedule;
  const installations = await host.activeInstallations();
  const present = installations.filter(({ installedAt }) => installedAt.getTime() <= tick);
  host.crashPoint("schedule-due");
  // In parts, so that events are answered in between. A part that is started again, after a crash, starts nothing.
  for (let begin = 0; begin < present.length; begin += installationsAtOnce) {
    const part = present.slice(begin, begin + installationsAtOnce);
    await store.enqueue(
      part.map(({ installedAppId }) => ({
        installedAppId,
        job: job.name,
        dedupeKey: `schedule/${name}/${new Date(tick).toISOString()}/${installedAppId}`,
      })),
      host.clock(),
    );
    host.crashPoint("schedule-started");
  }
  await store.transaction(() => store.rememberTick(name, tick));
}
