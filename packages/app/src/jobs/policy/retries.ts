/** What follows a failure: pure decisions. Contract section 10 for the words. */
import type { AppError } from "../../errors/app-error.ts";
import { refuser } from "../../errors/describe.ts";
import { maskSecrets } from "../../log/mask.ts";
import type { JobFailure, JobOptions } from "../interface.ts";

/** How often a failed run starts again, and how patiently. Times in milliseconds. */
export type RetryPolicy = {
  /** Failures since a step was last finished; no limit of the kind where it is infinite. */
  readonly maximum: number;
  readonly firstDelayMilliseconds: number;
  readonly longestDelayMilliseconds: number;
  /** Who asks to wait longer is asked again all the same. */
  readonly longestAskedForMilliseconds: number;
  /** No more tries once the run is this old, and has failed so often: a clock that is ahead makes every run old. */
  readonly longestLifeMilliseconds: number;
  readonly fewestFailures: number;
};

const minute = 60_000;
const usualMaximum = 5;
const usualFirstDelay = 1000;
const longestDelay = 5 * minute;
const longestAskedFor = 24 * 60 * minute;

/** A job's policy with what it left out: five retries, the first after about a second, doubling up to five minutes. */
export function retryPolicy(options: JobOptions<never>["retries"]): RetryPolicy {
  return {
    maximum: options?.maximum ?? usualMaximum,
    firstDelayMilliseconds: options?.firstDelayMilliseconds ?? usualFirstDelay,
    longestDelayMilliseconds: longestDelay,
    longestAskedForMilliseconds: longestAskedFor,
    longestLifeMilliseconds: Number.POSITIVE_INFINITY,
    fewestFailures: 0,
  };
}

const hour = 60 * minute;

/**
 * Hooks go on for a day, with pauses up to an hour: an instance may be away for that long. So are those that
 * somebody asks for: a dozen of a day each would keep a hook for twelve days.
 */
export const hookRetries: RetryPolicy = {
  maximum: Number.POSITIVE_INFINITY,
  firstDelayMilliseconds: usualFirstDelay,
  longestDelayMilliseconds: hour,
  longestAskedForMilliseconds: hour,
  longestLifeMilliseconds: 24 * hour,
  // About an hour of them; a day has three times as many.
  fewestFailures: 12,
};

/** No run waits longer than this for anything, whatever a clock has written. */
export const longestWaitMilliseconds = Math.max(longestDelay, longestAskedFor);

/** Starts in a row that end without a word before a run is given up: it kills its process. */
export const mostCrashes = 10;

/** Codes that no repetition mends, whatever their status. */
const finalCodes = new Set([
  "invalid_request",
  "unstorable_value",
  "step_name_used_twice",
  "outcome_unknown",
  "effect_changed",
]);

/** A run that has failed, as far as it decides. */
export type FailedRun = {
  /** Failures before this one since a step was last finished. */
  readonly failures: number;
  /** In milliseconds since 1970. */
  readonly createdAt: number;
};

/**
 * How long a failed run waits before it starts again, in milliseconds; undefined when it stays failed. Mistakes (4xx) stay,
 * troubles that pass (5xx, 408, 423, 429) are tried again. A wait that was asked for is the least, as
 * far as the policy goes along with it.
 */
export function waitBeforeRetry(
  error: AppError,
  run: FailedRun,
  policy: RetryPolicy,
  now: number,
  random: number,
): number | undefined {
  const isOld =
    run.failures >= policy.fewestFailures && now - run.createdAt >= policy.longestLifeMilliseconds;
  if (run.failures >= policy.maximum || isOld || isFinal(error)) return undefined;
  const doubled = Math.min(
    policy.longestDelayMilliseconds,
    policy.firstDelayMilliseconds * 2 ** run.failures,
  );
  // Half fixed and half jittered: it never starts at once, and those that failed together do not return together.
  const delay = doubled / 2 + (random * doubled) / 2;
  const askedFor = Math.min((error.details.retry_after ?? 0) * 1000, policy.longestAskedForMilliseconds);
  return Math.ceil(Math.max(delay, askedFor));
}

/**
 * Whether a failure of a job is one that no repetition mends, so that the run is not started again for it: mistakes (4xx)
 * are final, troubles that pass (5xx, 408, 423, 429) are not. For what a job must put back before it gives up.
 *
 * @example
 * ```ts
 * const posted = await step("post", () => post(order)).catch(async (error: unknown) => {
 *   if (error instanceof AppError && isFinal(error)) await askAgain(order);
 *   throw error;
 * });
 * ```
 */
export function isFinal(error: AppError): boolean {
  if (finalCodes.has(error.code)) return true;
  return error.status < 500 && error.status !== 408 && error.status !== 423 && error.status !== 429;
}

/** A failure as it is kept with the run and shown to people. */
export function toJobFailure(error: AppError, reference: string): JobFailure {
  const provider = error.details.provider ?? refuser(error);
  return {
    code: error.code,
    whatHappened: maskSecrets(error.whatHappened),
    whatToDo: maskSecrets(error.whatToDo),
    reference,
    ...(provider === undefined ? {} : { provider }),
    ...(error.details.required_scope === undefined ? {} : { requiredScope: error.details.required_scope }),
    ...(error.details.outcome === undefined ? {} : { outcome: error.details.outcome }),
  };
}
