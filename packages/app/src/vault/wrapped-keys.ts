/**
 * Keys that seal what is stored, wrapped by an outside key service. They lie in the app's database, and are unwrapped
 * into memory for a bounded time. Long before it is over they are asked for again beside the work, so that a service
 * that is away for a while is noticed by nobody; once it is over, nothing is opened or sealed without its word.
 *
 * The service is not believed: what it wraps is unwrapped again before anything is sealed by it, and a key that comes
 * back is held against a hash that was stored with it.
 */
import { randomBytes } from "node:crypto";
import type { Log } from "../log/index.ts";
import { createVault, type Vault } from "./index.ts";
import { hashOfKey, type RingKey, ringKeyOf } from "./key-ring.ts";
import { type KeyService, KeyServiceUnavailable, usualKeptSeconds } from "./key-service.ts";
import type { Vaults } from "./vaults.ts";

/** A wrapped key as it is stored. */
export type WrappedKey = {
  readonly ringKeyId: string;
  readonly wrapped: Uint8Array;
  /** Of the key itself, under a hash made for nothing else. */
  readonly keyHash: string;
  readonly createdAt: number;
};

/** Where wrapped keys lie. */
export type WrappedKeyStore = {
  /** Oldest first; the last one seals. */
  list(): Promise<readonly WrappedKey[]>;
  /** False when there is one of this id already. */
  add(key: WrappedKey): Promise<boolean>;
  remove(ringKeyId: string): Promise<void>;
};

export type WrappedKeysParts = {
  readonly service: KeyService;
  readonly keys: WrappedKeyStore;
  /** Keys of `ANNEX_KEY_RING`, which open what was sealed before there was a key service. */
  readonly older: readonly RingKey[];
  readonly clock: () => number;
  readonly log: Log;
};

/** How ids of wrapped keys begin; those of a ring may not. */
export const wrappedIdPrefix = "wrapped-";

const keyBytes = 32;
// Times on the process's own clock, which never jumps.
/** One question to the service. */
const answerMilliseconds = 1500;
/** All tries for somebody who waits: the database may need eight seconds more, and Cloud gives up after ten. */
const patienceMilliseconds = 1500;
const firstPauseMilliseconds = 100;
/** After a failure nobody waits for another one at once. */
const restMilliseconds = 1000;

type Kept = { readonly vault: Vault; readonly since: number };

/** The vault under a key service. */
export function createWrappedVaults(parts: WrappedKeysParts): Vaults {
  const { service, log } = parts;
  const keptMilliseconds = (service.keptSeconds ?? usualKeptSeconds) * 1000;
  let kept: Kept | undefined;
  let loading: Promise<Vault> | undefined;
  let vainAt = Number.NEGATIVE_INFINITY;
  let failedAt = Number.NEGATIVE_INFINITY;
  let failure: KeyServiceUnavailable | undefined;

  const load = () => {
    loading ??= begin().finally(() => {
      loading = undefined;
    });
    return loading;
  };
  const begin = async (): Promise<Vault> => {
    const since = performance.now();
    try {
      const vault = await patiently(() => unwrapAll(parts));
      if (failure !== undefined) log.info("The key service can be used again.");
      failure = undefined;
      kept = { vault, since };
      forgetWhenOver(kept);
      return vault;
    } catch (error) {
      failedAt = performance.now();
      if (failure === undefined)
        log.error(
          "The key service could not be used; it is tried again, and kept keys are used until then.",
          {
            error,
          },
        );
      failure = new KeyServiceUnavailable(error);
      throw failure;
    }
  };
  /** As it stands now, not as it stood for who asked before. What brought nothing new is not done again at once. */
  const loadAgain = async (before: Vault): Promise<Vault> => {
    if (performance.now() - vainAt < restMilliseconds) return before;
    await loading?.catch(() => undefined);
    const after = await load();
    if (after.ringKeyIds.join() === before.ringKeyIds.join()) vainAt = performance.now();
    return after;
  };
  /** A key that nobody uses is not kept longer than one that is in use. */
  const forgetWhenOver = (which: Kept) => {
    setTimeout(() => {
      if (kept === which) kept = undefined;
    }, keptMilliseconds).unref();
  };
  const current = (): Vault | Promise<Vault> => {
    const age = kept === undefined ? Number.POSITIVE_INFINITY : performance.now() - kept.since;
    const rests = failure !== undefined && performance.now() - failedAt < restMilliseconds;
    if (kept !== undefined && age < keptMilliseconds) {
      // Nobody waits for it; what fails is in the log.
      if (age > keptMilliseconds / 2 && !rests) load().catch(() => undefined);
      return kept.vault;
    }
    kept = undefined;
    if (rests && loading === undefined) throw failure;
    return load();
  };
  return {
    current,
    opening: async (sealed) => {
      const vault = await current();
      return vault.opens(sealed) ? vault : loadAgain(vault);
    },
    renewed: async () => {
      const before = await current();
      const after = await loadAgain(before);
      return after.ringKeyIds.join() !== before.ringKeyIds.join();
    },
    advance: async () => {
      await addKey(parts, await parts.keys.list());
      await loading?.catch(() => undefined);
      await load();
    },
    isReady: () => (kept === undefined && failure === undefined ? undefined : kept !== undefined),
  };
}

/** Tries again with growing pauses while somebody waits. */
async function patiently<Value>(work: () => Promise<Value>): Promise<Value> {
  const until = performance.now() + patienceMilliseconds;
  for (let pause = firstPauseMilliseconds; ; pause *= 2) {
    try {
      return await work();
    } catch (error) {
      if (performance.now() + pause >= until) throw error;
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  }
}

async function unwrapAll(parts: WrappedKeysParts): Promise<Vault> {
  const { keys, older } = parts;
  let rows = await keys.list();
  if (rows.length === 0) {
    await addKey(parts, rows);
    rows = await keys.list();
  }
  const last = rows.at(-1);
  if (last === undefined) throw new Error("No wrapped key was stored.");
  const [first, ...others] = await Promise.all([
    unwrapKey(parts, last),
    ...rows.slice(0, -1).map((row) => unwrapOlder(parts, row)),
  ]);
  const opening = [first, ...others.filter((key) => key !== undefined), ...older];
  return createVault({ first, byId: new Map(opening.map((key) => [key.id, key])) });
}

/** What an older key sealed can't be opened without it, but everything else can. */
async function unwrapOlder(parts: WrappedKeysParts, row: WrappedKey): Promise<RingKey | undefined> {
  try {
    return await unwrapKey(parts, row);
  } catch (error) {
    parts.log.error("The key service does not unwrap an older key.", { ring_key_id: row.ringKeyId, error });
    return undefined;
  }
}

async function unwrapKey({ service }: WrappedKeysParts, row: WrappedKey): Promise<RingKey> {
  const key = bytesOf(await asked((call) => service.unwrap(row.wrapped, call)));
  if (key.length !== keyBytes || hashOfKey(key) !== row.keyHash)
    throw new Error(`The key service unwrapped ${row.ringKeyId} to another key than was wrapped.`);
  return ringKeyOf(row.ringKeyId, key);
}

/** Makes a key that seals from now on; where another replica was faster, its key does. */
async function addKey(
  { service, keys, clock }: WrappedKeysParts,
  rows: readonly WrappedKey[],
): Promise<void> {
  const key = randomBytes(keyBytes);
  const wrapped = bytesOf(await asked((call) => service.wrap(key, call)));
  if (wrapped.includes(key)) throw new Error("The key service gave the key back unwrapped.");
  // A key that nobody can unwrap later would lose all that it seals.
  const again = bytesOf(await asked((call) => service.unwrap(wrapped, call)));
  if (!again.equals(key)) throw new Error("The key service unwrapped another key than it had wrapped.");
  const number =
    1 + Math.max(0, ...rows.map(({ ringKeyId }) => Number(ringKeyId.slice(wrappedIdPrefix.length))));
  await keys.add({
    ringKeyId: `${wrappedIdPrefix}${number}`,
    wrapped,
    keyHash: hashOfKey(key),
    createdAt: clock(),
  });
}

async function asked(question: (call: { readonly signal: AbortSignal }) => Promise<Uint8Array>) {
  const late = new AbortController();
  const timer = setTimeout(
    () => late.abort(new Error(`The key service did not answer within ${answerMilliseconds} ms.`)),
    answerMilliseconds,
  );
  try {
    const { signal } = late;
    const tooLate = new Promise<never>((_, reject) => {
      signal.addEventListener("abort", () => reject(signal.reason));
    });
    return await Promise.race([question({ signal }), tooLate]);
  } finally {
    clearTimeout(timer);
  }
}

function bytesOf(answer: unknown): Buffer {
  if (answer instanceof Uint8Array) return Buffer.from(answer.buffer, answer.byteOffset, answer.byteLength);
  throw new TypeError("The key service did not answer with bytes (a Uint8Array).");
}
