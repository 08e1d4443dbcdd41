/**
 * Schedules: each tick starts at most one run for an installation, however many replicas see it, since the tick is
 * part of the run's key. Ticks missed while the app was down become one run, for the latest.
 */
import { clockSkew } from "../installations/clock-skew.ts";
import type { NewRun } from "../stores/interface.ts";
import { encodeValue } from "../values/index.ts";
import type { Workshop } from "./execution/workshop.ts";
import type { RunCause } from "./interface.ts";
import { dueTick, type Schedule } from "./policy/ticks.ts";
import { fingerprintOf } from "./starting.ts";

const installationsAtOnce = 500;
/** A tick's keys are needed until it is remembered as dealt with; two days are many times that. */
const keysLast = 2 * 24 * 3600 * 1000;

/** Schedules seen for the first time begin now: what came before was not missed. */
export async function beginSchedules(
  { store, clock }: Pick<Workshop, "store" | "clock">,
  schedules: readonly Schedule[],
): Promise<void> {
  for (const { name } of schedules)
    if ((await store.runs.lastTick(name)) === undefined) await store.runs.rememberTick(name, clock());
}

/** Starts what is due, for every active installation that was there at the tick. */
export async function startDueTicks(workshop: Workshop, schedules: readonly Schedule[]): Promise<void> {
  for (const schedule of schedules) await startDueTick(workshop, schedule);
}

async function startDueTick(workshop: Workshop, schedule: Schedule): Promise<void> {
  const { store, clock, log } = workshop;
  const now = clock();
  const lastTick = await store.runs.lastTick(schedule.name);
  if (lastTick === undefined) return;
  const due = dueTick(schedule.cron, lastTick, now);
  if (due.kind === "ahead") {
    log.warn("A schedule's last tick lies ahead; the clock was wrong. It goes on from now.", {
      schedule: schedule.name,
      last_tick: new Date(lastTick).toISOString(),
    });
    return store.runs.rememberTick(schedule.name, now);
  }
  if (due.kind === "due") await startTick(workshop, schedule, due.tick);
}

/** Starts one tick; started again, after a crash or by another replica, it starts nothing twice. */
export async function startTick(workshop: Workshop, schedule: Schedule, tick: number): Promise<void> {
  const { store, clock, crashPoint } = workshop;
  crashPoint("schedule-due");
  // In parts, so that events are answered in between.
  for (let after = ""; ; ) {
    const part = await store.installations.listActive(after, installationsAtOnce);
    // Read for each part: what arrived meanwhile does not lie ahead.
    const now = clock();
    const present = part.filter(({ installedAt }) => wasThere(installedAt.getTime(), tick, now));
    const runs = present.map(({ installedAppId }) => tickRun(schedule, tick, installedAppId));
    if (runs.length > 0) await store.commit({ expected: [], writes: [], runs }, now);
    crashPoint("schedule-started");
    workshop.wake();
    const last = part.at(-1);
    if (last === undefined || part.length < installationsAtOnce) break;
    after = last.installedAppId;
  }
  await store.runs.rememberTick(schedule.name, tick);
}

/**
 * Whether an installation has its part in a tick. One that lies ahead was installed by a clock that was wrong, and would
 * have no ticks until then; by less than the clocks of replicas differ, it is one that came after the tick.
 */
function wasThere(installedAt: number, tick: number, now: number): boolean {
  return installedAt <= tick || installedAt > now + clockSkew;
}

function tickRun(schedule: Schedule, tick: number, installedAppId: string): NewRun {
  const { name, job } = schedule;
  const input = encodeValue(schedule.input, `The input of schedule ${name}`);
  const overlap = job.options.overlap ?? "skip";
  return {
    installedAppId,
    job: job.name,
    input,
    cause: JSON.stringify({ by: "schedule", schedule: name } satisfies RunCause),
    key: {
      text: `schedule/${name}/${new Date(tick).toISOString()}`,
      fingerprint: fingerprintOf(input),
      expiresAt: tick + keysLast,
    },
    unlessUnderWay: overlap === "skip",
  };
}
