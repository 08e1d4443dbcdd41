/** How many runs at once: a pure reading of what the jobs say. */
import type { Concurrency } from "../../stores/runs.ts";
import type { Job } from "../interface.ts";

/** Runs at once in one process. */
export const slots = 10;

/** One installation never takes all of them: there is room for another's at once. */
const perInstallation = slots - 2;

/** More than any database counts, or works, of one job at once. */
const mostAtOnce = 1_000_000;

/** The limits of an app's jobs. */
export function concurrencyOf(jobs: Iterable<Job<never, unknown>>): Concurrency {
  const perJob = new Map<string, number>();
  const groups = new Map<string, string>();
  for (const { name, options } of jobs) {
    if (options.group !== undefined) groups.set(name, options.group);
    const atOnce = options.atOnce ?? (options.overlap === "queue" ? 1 : undefined);
    if (atOnce !== undefined) perJob.set(name, Math.min(atOnce, mostAtOnce));
  }
  return { perInstallation, perJob, groups };
}
