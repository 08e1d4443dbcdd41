/** A small limit on wrong passwords and codes. */
import { Refusal } from "../errors.ts";

const allowedFailures = 5;
const windowMilliseconds = 60_000;
const rememberedNames = 10_000;

export type AttemptLimit = {
  /**
   * Counts an attempt before it is judged, so that parallel guesses count too.
   *
   * @throws Refusal 429 `rate_limited` after five failures within a minute.
   */
  begin(name: string): void;
  /** The attempt was no guess: it does not count. What was counted before it stays. */
  forgive(name: string): void;
  /** The attempt was right: what was counted is forgotten. */
  succeed(name: string): void;
};

/** An attempt limit that forgets at a restart: a local Cloud holds nothing worth a longer memory. */
export function createAttemptLimit(clock: () => Date): AttemptLimit {
  const attempts = new Map<string, { readonly count: number; readonly until: number }>();
  return {
    begin: (name) => {
      const now = clock().getTime();
      const known = attempts.get(name);
      const current =
        known !== undefined && known.until > now ? known : { count: 0, until: now + windowMilliseconds };
      if (current.count >= allowedFailures) throw tooMany(current.until - now);
      if (attempts.size >= rememberedNames) attempts.clear();
      attempts.set(name, { ...current, count: current.count + 1 });
    },
    forgive: (name) => {
      const known = attempts.get(name);
      if (known !== undefined) attempts.set(name, { ...known, count: known.count - 1 });
    },
    succeed: (name) => {
      attempts.delete(name);
    },
  };
}

function tooMany(milliseconds: number): Refusal {
  const seconds = Math.max(1, Math.ceil(milliseconds / 1000));
  return new Refusal(429, "rate_limited", `Too many failed attempts. Try again in ${seconds} seconds.`, {
    retry_after: seconds,
  });
}
