/** What the room takes from outside, so that tests can give it theirs: time, chance, network, log; and the settings. */
import { randomBytes } from "node:crypto";
import type { Logger } from "pino";
import type { CloudClock } from "./clock.ts";
import type { Settings } from "./settings/index.ts";

export type Surroundings = {
  /** The Cloud's own time, which can be put ahead. */
  readonly clock: () => Date;
  /** Waiting on that clock. */
  readonly time: CloudClock;
  /** The machine's time, which a member's authenticator follows. */
  readonly machineClock: () => Date;
  /** So many random bytes. */
  readonly random: (bytes: number) => Uint8Array;
  readonly fetch: typeof globalThis.fetch;
  readonly log: Logger;
  /** The settings in force at this moment. */
  readonly settings: () => Settings;
};

const pooledBytes = 8192;

/**
 * Random bytes taken from the system in larger portions: an id for every call is cheap this way. What is
 * handed out is wiped from the pool.
 */
export function pooledRandom(): Surroundings["random"] {
  let pool = new Uint8Array();
  return (bytes) => {
    if (pool.length < bytes) pool = randomBytes(Math.max(bytes, pooledBytes));
    // A copy: slicing a Buffer would give a view of what is wiped next.
    const taken = Uint8Array.from(pool.subarray(0, bytes));
    pool.fill(0, 0, bytes);
    pool = pool.subarray(bytes);
    return taken;
  };
}

/**
 * A new id for a call: the prefix and a UUID v7, which begins with the time, so that an index of calls by
 * their ids grows at its end.
 */
export function newRequestId({ clock, random }: Pick<Surroundings, "clock" | "random">): string {
  const time = clock().getTime().toString(16).padStart(12, "0");
  // Of a v4 the time and the version take the place of the first thirteen digits.
  const chance = newIdentifier("req", random).slice("req_xxxxxxxx-xxxx-4".length);
  return `req_${time.slice(0, 8)}-${time.slice(8)}-7${chance}`;
}

/**
 * A new id: the prefix and a UUID v4 from the given source of chance.
 *
 * @example
 * ```ts
 * newIdentifier("instapp", random); // "instapp_2f0c…"
 * ```
 */
export function newIdentifier(prefix: string, random: Surroundings["random"]): string {
  const bytes = Uint8Array.from(random(16));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = Buffer.from(bytes).toString("hex");
  const groups = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)];
  return `${prefix}_${groups.join("-")}`;
}
