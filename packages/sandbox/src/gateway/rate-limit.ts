/** How often an installation may call. Contract section 8 (429, `Retry-After`, `RateLimit-*`). */
import { Refusal } from "../errors.ts";
import type { Surroundings } from "../surroundings.ts";

/** So many calls in a window of so many seconds. */
export type RateLimit = { readonly requests: number; readonly windowSeconds: number };

/** The platform names no figure; this one stops a loop that ran wild and nothing else. */
export const defaultRateLimit: RateLimit = { requests: 600_000, windowSeconds: 60 };

/** Where a caller stands in its window. */
export type RateStanding = {
  readonly allowed: boolean;
  readonly headers: Readonly<Record<string, string>>;
  readonly resetSeconds: number;
};

export type RateLimiter = { count(caller: string): RateStanding };

/** Counts calls in fixed windows, each caller's starting with its first call. */
export function createRateLimiter(limit: RateLimit, { clock }: Pick<Surroundings, "clock">): RateLimiter {
  const windows = new Map<string, { readonly ends: number; used: number }>();
  return {
    count: (caller) => {
      const now = clock().getTime();
      const known = windows.get(caller);
      const current =
        known !== undefined && known.ends > now ? known : { ends: now + limit.windowSeconds * 1000, used: 0 };
      windows.set(caller, current);
      current.used += 1;
      return standing(limit, current.used, Math.max(1, Math.ceil((current.ends - now) / 1000)));
    },
  };
}

function standing(limit: RateLimit, used: number, resetSeconds: number): RateStanding {
  const headers = {
    "ratelimit-limit": String(limit.requests),
    "ratelimit-remaining": String(Math.max(0, limit.requests - used)),
    "ratelimit-reset": String(resetSeconds),
  };
  return { allowed: used <= limit.requests, headers, resetSeconds };
}

/** The refusal of a caller that is over the limit. */
export function rateLimited({ resetSeconds }: RateStanding): Refusal {
  return new Refusal(429, "rate_limited", `Too many calls. Try again in ${resetSeconds} seconds.`, {
    retry_after: resetSeconds,
  });
}
