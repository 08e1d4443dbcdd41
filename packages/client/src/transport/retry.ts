/**
 * When a call is made again, and how long it waits before: pure decisions, no clock and no network of their own.
 */
import {
  type CloudError,
  CloudRateLimited,
  CloudUnreachable,
  CoreError,
  InstanceUnavailable,
  KeyRefused,
} from "../errors/index.ts";

/**
 * Whether sending the same request twice can do harm.
 * - `repeatable`: reads, and writes whose second run changes nothing.
 * - `once`: a second run could create a second record; repeated only when the first was certainly not carried out.
 */
export type Repeat = "repeatable" | "once";

/** How often and how patiently. All times in milliseconds. */
export interface RetryPolicy {
  /** Tries in all, the first included. */
  readonly attempts: number;
  /** Upper end of the first wait; doubles with each further one. */
  readonly baseMilliseconds: number;
  /** No wait is longer, whatever is doubled. */
  readonly maximumMilliseconds: number;
  /** A longer `Retry-After` is not waited out but reported. */
  readonly longestRetryAfterMilliseconds: number;
}

/** Four tries within about a second and a half, and at most 20 seconds of what a `Retry-After` asks for. */
export const defaultRetryPolicy: RetryPolicy = {
  attempts: 4,
  baseMilliseconds: 200,
  maximumMilliseconds: 5_000,
  longestRetryAfterMilliseconds: 20_000,
};

/** Full jitter: anything between nothing and the doubled base, so that clients that failed together do not return together. */
export function backoff(policy: RetryPolicy, failures: number, random: () => number): number {
  const ceiling = Math.min(policy.maximumMilliseconds, policy.baseMilliseconds * 2 ** (failures - 1));
  return Math.floor(random() * ceiling);
}

/**
 * Milliseconds to wait before the next try, or undefined when the error is final.
 * `failures` counts the tries so far.
 */
export function nextWait(
  error: CloudError,
  failures: number,
  repeat: Repeat,
  policy: RetryPolicy,
  random: () => number,
): number | undefined {
  if (failures >= policy.attempts || !mayRepeat(error, repeat)) return undefined;
  const asked = askedWait(error);
  if (asked === undefined) return backoff(policy, failures, random);
  if (asked > policy.longestRetryAfterMilliseconds) return undefined;
  // The jitter comes on top: what was asked for is the least.
  return asked + Math.floor(random() * policy.baseMilliseconds);
}

function mayRepeat(error: CloudError, repeat: Repeat): boolean {
  if (!passes(error)) return false;
  // A lock that Core reports may have stopped a batch in the middle.
  return repeat === "repeatable" || (error.outcome !== "unknown" && !(error instanceof CoreError));
}

/** Whether the same request may succeed a moment later. */
function passes(error: CloudError): boolean {
  return (
    error instanceof CloudRateLimited ||
    error instanceof CloudUnreachable ||
    error instanceof InstanceUnavailable ||
    error instanceof KeyRefused ||
    isTransientCoreError(error)
  );
}

function isTransientCoreError(error: CloudError): boolean {
  return error instanceof CoreError && (error.status === 423 || (error.status ?? 0) >= 500);
}

function askedWait(error: CloudError): number | undefined {
  if (!(error instanceof CloudRateLimited || error instanceof InstanceUnavailable)) return undefined;
  return error.retryAfterSeconds === undefined ? undefined : error.retryAfterSeconds * 1000;
}

/**
 * Seconds of a `Retry-After` header, which is a count of seconds or a date; undefined when it is neither.
 * A date in the past is zero. One that is decades ahead says nothing.
 */
export function retryAfterSeconds(header: string | null, now: Date): number | undefined {
  const text = header?.trim() ?? "";
  if (/^\d+$/.test(text)) return plausible(Number(text));
  // Only a real HTTP date: Date.parse alone would take "-5" for a year.
  if (!/^[A-Za-z]{3},? /.test(text)) return undefined;
  const date = Date.parse(text);
  return Number.isNaN(date) ? undefined : plausible(Math.max(0, (date - now.getTime()) / 1000));
}

const decadesInSeconds = 1e9;

function plausible(seconds: number): number | undefined {
  return seconds < decadesInSeconds ? seconds : undefined;
}
