/** Which tick of a schedule is due: pure decisions over a cron expression. */
import { Cron } from "croner";
import { clockSkew } from "../../installations/clock-skew.ts";
import type { Job, ScheduleOptions } from "../interface.ts";

export type Schedule = {
  readonly name: string;
  readonly expression: string;
  readonly timeZone: string;
  readonly cron: Cron;
  readonly job: Job<never, unknown>;
  readonly input: unknown;
};

/**
 * Checks a schedule.
 *
 * @throws TypeError for a cron expression or a time zone that is none.
 */
export function defineSchedule<Input>(
  name: string,
  expression: string,
  job: Job<never, unknown>,
  { input, timeZone = "UTC" }: ScheduleOptions<Input> = {},
): Schedule {
  try {
    const cron = new Cron(expression, { timezone: timeZone, paused: true });
    // A time zone is looked up only when a time is asked for.
    cron.nextRun(new Date(0));
    return { name, expression, timeZone, cron, job, input };
  } catch (cause) {
    throw new TypeError(`Schedule "${name}": "${expression}" in ${timeZone} is not a cron expression.`, {
      cause,
    });
  }
}

/** What is known of a schedule: nothing to do, a tick to start, or a last tick that lies in a wrong future. */
export type DueTick =
  | { readonly kind: "none" }
  | { readonly kind: "due"; readonly tick: number }
  | { readonly kind: "ahead" };

/** The latest tick that is due and was not dealt with, in milliseconds since 1970. */
export function dueTick(cron: Cron, lastTick: number, now: number): DueTick {
  if (lastTick > now + clockSkew) return { kind: "ahead" };
  // The reference is exclusive, and a tick at this very moment is due.
  const [latest] = cron.previousRuns(1, new Date(now + 1));
  const tick = latest?.getTime();
  return tick !== undefined && tick > lastTick ? { kind: "due", tick } : { kind: "none" };
}

/** When the next tick of any schedule comes; infinity when none does. */
export function nextTickAt(schedules: readonly Schedule[], now: number): number {
  const times = schedules
    .map(({ cron }) => cron.nextRun(new Date(now))?.getTime())
    .filter((time) => time !== undefined);
  return Math.min(Number.POSITIVE_INFINITY, ...times);
}

/** A schedule as people read it, and its next tick in milliseconds since 1970. */
export type UpcomingTick = Pick<Schedule, "name" | "expression" | "timeZone"> & {
  readonly next: number | undefined;
};

/** The schedules of a job. */
export function upcomingTicks(
  schedules: readonly Schedule[],
  job: string,
  now: number,
): readonly UpcomingTick[] {
  return schedules
    .filter((schedule) => schedule.job.name === job)
    .map(({ name, expression, timeZone, cron }) => ({
      name,
      expression,
      timeZone,
      next: cron.nextRun(new Date(now))?.getTime(),
    }));
}
