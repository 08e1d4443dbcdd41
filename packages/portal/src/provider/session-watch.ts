/** Noticing that a session has ended without keeping it alive by asking. */

const AFTER_THE_END_MILLISECONDS = 1000;
const SHORTEST_LIFE_MILLISECONDS = 1000;

/**
 * How long an unused session lives, as the server said when it answered.
 *
 * @param expiresAt ISO 8601
 * @param answeredAt when the answer came, in milliseconds since 1970
 * @returns milliseconds, or `undefined` when the server did not say
 */
export function idleLife(expiresAt: string | undefined, answeredAt: number): number | undefined {
  const life = Date.parse(expiresAt ?? "") - answeredAt;
  return Number.isFinite(life) ? Math.max(SHORTEST_LIFE_MILLISECONDS, life) : undefined;
}

/**
 * How long to wait before asking whether the session is over: until just after it would be, counted from the
 * last call the server accepted, since each call extends it.
 */
export function untilCheck(life: number, lastAcceptedAt: number, now: number): number {
  return Math.max(0, lastAcceptedAt + life + AFTER_THE_END_MILLISECONDS - now);
}
