/** What follows a failure: pure decisions. Contract section 10 for the words. */
import type { AppError } from "../errors/app-error.ts";
import { maskSecrets } from "../log/mask.ts";
import type { JobFailure, JobOptions } from "./interface.ts";

/** How often a failed run starts again, and how patiently. Times in milliseconds. */
export type RetryPolicy = { readonly maximum: number; readonly firstDelayMilliseconds: number };

const usualMaximum = 5;
const usualFirstDelay = 1000;
const longestDelay = 5 * 60_000;

/** A job's policy with what it left out: five retries, the first after about a second, doubling up to five minutes. */
export function retryPolicy(options: JobOptions<never>["retries"]): RetryPolicy {
  return {
    maximum: options?.maximum ?? usualMaximum,
    firstDelayMilliseconds: options?.firstDelayMilliseconds ?? usualFirstDelay,
  };
}

/** Codes that no repetition mends, whatever their status. */
const finalCodes = new Set(["invalid_request", "unstorable_value", "step_name_used_twice"]);

/**
 * When a failed run starts again, in milliseconds since 1970; undefined when it stays failed. Mistakes (4xx) stay,
 * troubles that pass (5xx, 408, 423, 429) are tried again. A wait that was asked for is the least.
 *
 * @param failures those before this one since a step was last finished
 */
export function nextStart(
  error: AppError,
  failures: number,
  policy: RetryPolicy,
  now: number,
  random: number,
): number | undefined {
  if (failures >= policy.maximum || !passes(error)) return undefined;
  const doubled = Math.min(longestDelay, policy.firstDelayMilliseconds * 2 ** failures);
  // Half fixed and half jittered: it never starts at once, and those that failed together do not return together.
  const delay = doubled / 2 + (random * doubled) / 2;
  return Math.ceil(now + Math.max(delay, (error.details.retry_after ?? 0) * 1000));
}

function passes(error: AppError): boolean {
  if (finalCodes.has(error.code)) return false;
  return error.status >= 500 || error.status === 408 || error.status === 423 || error.status === 429;
}

/** A failure as it is kept with the run and shown to people. */
export function toJobFailure(error: AppError, reference: string): JobFailure {
  return {
    code: error.code,
    whatHappened: maskSecrets(error.whatHappened),
    whatToDo: maskSecrets(error.whatToDo),
    reference,
  };
}
