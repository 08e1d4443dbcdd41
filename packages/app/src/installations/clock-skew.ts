/**
 * Clocks of replicas differ by this much at most, in milliseconds. A moment that lies further ahead was written by a
 * clock that was wrong: nothing waits for it.
 */
export const clockSkew = 60_000;
