/**
 * The keys of presses. Each call that changes something carries one (`Idempotency-Key`): all calls of a member under
 * one key are one call to the app. The same call again is the same press while the first is under way, within a second
 * (a double press), and for as long as nobody knows how the first one ended: then it goes on where that one stopped.
 */

/** Sent again so soon, the same call is a double press. In milliseconds. */
const DOUBLE_PRESS = 1000;
/** How long a press whose end is not known is remembered, in milliseconds. */
const UNKNOWN_KEPT = 60 * 60_000;
const REMEMBERED = 200;

interface Press {
  readonly key: string;
  readonly at: number;
  isConcluded: boolean;
}

/** The presses of one page. */
export interface Presses {
  /** The key under which a call is sent; `call` is all of it as one text. */
  keyOf(call: string): string;
  /** The app has said how the call ended, so that the same call is another press from now on. */
  conclude(call: string): void;
}

/**
 * Remembers presses.
 *
 * @param now in milliseconds; a clock that is put back makes no press of later the one of before
 * @param newKey a random text
 */
export function createPresses(
  now: () => number = () => performance.now(),
  newKey: () => string = randomKey,
): Presses {
  const presses = new Map<string, Press>();
  const stands = ({ at, isConcluded }: Press) => {
    const elapsed = now() - at;
    return isConcluded ? elapsed >= 0 && elapsed < DOUBLE_PRESS : elapsed < UNKNOWN_KEPT;
  };
  return {
    keyOf(call) {
      const known = presses.get(call);
      if (known !== undefined && stands(known)) return known.key;
      const key = newKey();
      presses.delete(call);
      presses.set(call, { key, at: now(), isConcluded: false });
      const [oldest] = presses.keys();
      if (presses.size > REMEMBERED && oldest !== undefined) presses.delete(oldest);
      return key;
    },
    conclude(call) {
      const known = presses.get(call);
      if (known !== undefined) known.isConcluded = true;
    },
  };
}

// Not `randomUUID`, which a page on a plain http host does not have.
function randomKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) =>
    byte.toString(16).padStart(2, "0"),
  ).join("");
}
