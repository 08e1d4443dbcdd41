/** How often an installation may call. Contract section 8 (429, `Retry-After`, `RateLimit-*`). */
import { Refusal } from "../errors.ts";
import type { Surroundings } from "../surroundings.ts";

const windowMilliseconds = 60_000;

/** Where a caller stands in its window. */
export type RateStanding = {
  readonly allowed: boolean;
  readonly headers: Readonly<Record<string, string>>;
  readonly resetSeconds: number;
};

export type RateLimiter = { count(caller: string): RateStanding };

/** Counts calls in windows of a minute, each caller's starting with its first call. */
export function createRateLimiter({
  clock,
  settings,
}: Pick<Surroundings, "clock" | "settings">): RateLimiter {
  const windows = new Map<string, { readonly ends: number; used: number }>();
  return {
    count: (caller) => {
      const now = clock().getTime();
      const known = windows.get(caller);
      // One that ends too far ahead is of a clock that was put back since.
      const runs = known !== undefined && known.ends > now && known.ends <= now + windowMilliseconds;
      const current = runs ? known : { ends: now + windowMilliseconds, used: 0 };
      windows.set(caller, current);
      current.used += 1;
      const limit = settings().rate_limit_per_minute;
      return standing(limit, current.used, Math.max(1, Math.ceil((current.ends - now) / 1000)));
    },
  };
}

function standing(limit: number, used: number, resetSeconds: number): RateStanding {
  const headers = {
    "ratelimit-limit": String(limit),
    "ratelimit-remaining": String(Math.max(0, limit - used)),
    "ratelimit-reset": String(resetSeconds),
  };
  return { allowed: used <= limit, headers, resetSeconds };
}

/** The refusal of a caller that is over the limit. */
export function rateLimited({ resetSeconds }: RateStanding): Refusal {
  return new Refusal(429, "rate_limited", `Too many calls. Try again in ${resetSeconds} seconds.`, {
    retry_after: resetSeconds,
  });
}
