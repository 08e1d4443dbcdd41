import { useEffect, useState } from "react";

/** Whole seconds that are left until a moment; never negative. */
export function secondsLeft(until: number, now: number): number {
  return Math.max(0, Math.ceil((until - now) / 1000));
}

/**
 * Counts down, once a second, from a number of seconds to 0; begins anew when the start changes.
 *
 * @param seconds where to start
 * @param start anything that identifies what is waited for, such as the error
 */
export function useCountdown(seconds: number, start: unknown): number {
  const [left, setLeft] = useState(seconds);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the same number of seconds for a new error is a new wait
  useEffect(() => {
    // Not the clock's time: put back by an hour, it would make a wait of seconds one of an hour.
    const until = performance.now() + seconds * 1000;
    setLeft(seconds);
    if (seconds <= 0) return;
    const timer = setInterval(() => {
      const now = secondsLeft(until, performance.now());
      setLeft(now);
      if (now === 0) clearInterval(timer);
    }, 250);
    return () => clearInterval(timer);
  }, [seconds, start]);
  return left;
}
