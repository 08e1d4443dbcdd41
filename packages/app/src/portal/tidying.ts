import type { Log } from "../log/index.ts";
import type { Store } from "../stores/interface.ts";

/** Expired links and sessions are remembered for a day: "expired" says more than "unknown". */
const rememberedMilliseconds = 24 * 3600 * 1000;
const everyMilliseconds = 60_000;

/**
 * Forgets links and sessions that expired long ago, at most once a minute, in
 * commits of a bounded size. Called by what makes new ones; nobody waits for it.
 */
export function createTidying(store: Store, clock: () => number, log: Log): () => void {
  let lastTidied = Number.NEGATIVE_INFINITY;
  return () => {
    const now = clock();
    if (now - lastTidied < everyMilliseconds) return;
    lastTidied = now;
    forgetAll(store, now - rememberedMilliseconds).catch((error: unknown) =>
      log.error("Expired links and sessions could not be forgotten.", { error }),
    );
  };
}

async function forgetAll(store: Store, before: number): Promise<void> {
  while (await store.forgetExpired(before));
}
