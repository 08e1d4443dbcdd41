/**
 * When an installation syncs by itself: a cron expression in a time zone, or never. Pure but for croner's reading of
 * them.
 */
import { AppError } from "@annex/app";
import { Cron } from "croner";

export type Schedule = {
  /** Five fields; absent: no sync by itself. */
  readonly cron?: string;
  /** An IANA time zone such as `Europe/Berlin`. */
  readonly timeZone: string;
};

/** Until a member chooses otherwise: at the beginning of each hour. */
export const usualSchedule: Schedule = { cron: "0 * * * *", timeZone: "UTC" };

/** How often it is looked whether a sync is due, as a cron expression: none starts later than that. */
export const lookCron = "*/5 * * * *";

/** @throws AppError 422 naming the field. */
export function checkedSchedule({ cron, timeZone }: Schedule): Schedule {
  if (!isTimeZone(timeZone)) {
    throw wrong("time_zone", `"${timeZone}" is no time zone.`, "Give one such as Europe/Berlin or UTC.");
  }
  if (cron === undefined) return { timeZone };
  const fields = cron.trim().split(/\s+/);
  if (fields.length !== 5 || !isCron(cron, timeZone)) {
    const next =
      'Give five fields, such as "0 * * * *" (hourly) or "30 2 * * 1-5" (on working days at half past two).';
    throw wrong("cron", `"${cron}" is no schedule.`, next);
  }
  return { cron: fields.join(" "), timeZone };
}

/** The latest time at or before `now` that a schedule names and that lies after `since`, in milliseconds. */
export function dueTime({ cron, timeZone }: Schedule, since: number, now: number): number | undefined {
  if (cron === undefined) return undefined;
  // The reference is exclusive, and a time that is now is due.
  const [latest] = read(cron, timeZone).previousRuns(1, new Date(now + 1));
  const time = latest?.getTime();
  return time !== undefined && time > since ? time : undefined;
}

/** When it comes next, in milliseconds; undefined where it never does. */
export function nextTime({ cron, timeZone }: Schedule, now: number): number | undefined {
  return cron === undefined ? undefined : read(cron, timeZone).nextRun(new Date(now))?.getTime();
}

function read(cron: string, timeZone: string): Cron {
  return new Cron(cron, { timezone: timeZone, paused: true });
}

function isCron(cron: string, timeZone: string): boolean {
  try {
    return read(cron, timeZone).nextRun(new Date(0)) !== null;
  } catch {
    return false;
  }
}

function isTimeZone(timeZone: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone });
    return true;
  } catch {
    return false;
  }
}

function wrong(field: string, whatHappened: string, whatToDo: string): AppError {
  return new AppError({ code: "invalid_schedule", status: 422, whatHappened, whatToDo, details: { field } });
}
