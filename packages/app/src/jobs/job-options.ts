/** What a job and a schedule are told: each option one that is read, with a value that it can have. */
import { checkCount, checkNumber, checkTexts, type OptionNames, refuseUnknown } from "../options/index.ts";
import type { JobOptions, ScheduleOptions } from "./interface.ts";

const jobOptions: OptionNames<JobOptions<unknown>> = {
  title: true,
  requires: true,
  input: true,
  retries: true,
  overlap: true,
  atOnce: true,
  group: true,
  deadlineSeconds: true,
};

const retries: OptionNames<NonNullable<JobOptions<unknown>["retries"]>> = {
  maximum: true,
  firstDelayMilliseconds: true,
};

export const scheduleOptions: OptionNames<ScheduleOptions<unknown>> = { input: true, timeZone: true };

const overlaps: readonly unknown[] = [undefined, "skip", "queue", "parallel"];
const day = 24 * 3600;
/** No timer lasts longer: one of 25 days ends at once. */
const longestDeadlineSeconds = 24 * day;

/** @throws TypeError for an option that nobody reads, and for a value that it cannot have. */
export function checkJobOptions(name: string, given: Omit<JobOptions<unknown>, "input">): void {
  const of = `The job ${name}`;
  refuseUnknown(given, jobOptions, of);
  refuseUnknown(given.retries ?? {}, retries, `retries of ${name}`);
  checkTexts(given.requires, `requires of ${name}`);
  checkCount(given.retries?.maximum, 0, `retries.maximum of ${name}`);
  checkNumber(given.retries?.firstDelayMilliseconds, 0, day * 1000, `firstDelayMilliseconds of ${name}`);
  checkCount(given.atOnce, 1, `atOnce of ${name}`);
  if (given.group !== undefined && (typeof given.group !== "string" || given.group === ""))
    throw new TypeError(`group of ${name} must be a text, not ${JSON.stringify(given.group)}.`);
  checkNumber(given.deadlineSeconds, 0.001, longestDeadlineSeconds, `deadlineSeconds of ${name}`);
  if (!overlaps.includes(given.overlap))
    throw new TypeError(`overlap of ${name} must be skip, queue or parallel, not ${String(given.overlap)}.`);
}
