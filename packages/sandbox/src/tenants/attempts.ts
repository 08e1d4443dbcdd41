/** A small limit on wrong passwords and codes. */
import { Refusal } from "../errors.ts";

const allowedFailures = 5;
const windowMilliseconds = 60_000;

export type AttemptLimit = {
  /**
   * Counts an attempt before it is judged, so that parallel guesses count too.
   *
   * @throws Refusal 429 `rate_limited` after five failures within a minute.
   */
  begin(name: string): Attempt;
};

export type Attempt = {
  /**
   * The attempt was no guess, or was right: it does not count. What was counted before it stays: somebody
   * else may be guessing between two log-ins of the one whose account it is.
   */
  forgive(): void;
};

type Attempts = { readonly count: number; readonly until: number };

/**
 * An attempt limit that forgets at a restart: a local Cloud holds nothing worth a longer memory.
 *
 * @param rememberedNames how many names it keeps; those that were tried longest ago are forgotten first.
 */
export function createAttemptLimit(clock: () => Date, rememberedNames = 100_000): AttemptLimit {
  const attempts = new Map<string, Attempts>();

  /** The running window of a name; one that lies too far ahead is of a clock that was put back since. */
  function currentOf(name: string, now: number): Attempts {
    const known = attempts.get(name);
    const runs = known !== undefined && known.until > now && known.until <= now + windowMilliseconds;
    return runs ? known : { count: 0, until: now + windowMilliseconds };
  }

  function remember(name: string, current: Attempts): void {
    // Written anew, so that the map stands in the order of the last attempts.
    attempts.delete(name);
    attempts.set(name, current);
    if (attempts.size <= rememberedNames) return;
    const [oldest] = attempts.keys();
    if (oldest !== undefined) attempts.delete(oldest);
  }

  /** In the window that counted it: another one since owes it nothing. */
  function forgive(name: string, until: number): void {
    const known = attempts.get(name);
    if (known?.until === until) attempts.set(name, { ...known, count: known.count - 1 });
  }

  return {
    begin: (name) => {
      const now = clock().getTime();
      const current = currentOf(name, now);
      const over = current.count >= allowedFailures;
      remember(name, over ? current : { ...current, count: current.count + 1 });
      if (over) throw tooMany(current.until - now);
      return { forgive: () => forgive(name, current.until) };
    },
  };
}

function tooMany(milliseconds: number): Refusal {
  const seconds = Math.max(1, Math.ceil(milliseconds / 1000));
  return new Refusal(429, "rate_limited", `Too many failed attempts. Try again in ${seconds} seconds.`, {
    retry_after: seconds,
  });
}
