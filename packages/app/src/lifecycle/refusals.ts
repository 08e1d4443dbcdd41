import type { Log } from "../log/index.ts";

const withinMilliseconds = 60_000;
/** So many different installations within a minute are no coincidence. */
const many = 5;

/** Which installations Cloud refused lately, without its own word for it. Contract section 5 (a 401 later on). */
export type Refusals = {
  /** Notes a refusal; true when many installations are refused at the moment. */
  note(installedAppId: string): boolean;
  /** Whether many are. */
  areMany(): boolean;
};

/** In memory, since it is about this process's way to Cloud. Says once a minute in the log when there are many. */
export function createRefusals(log: Log, clock: () => number): Refusals {
  const refusedAt = new Map<string, number>();
  let saidAt = Number.NEGATIVE_INFINITY;
  const forgetOld = (now: number) => {
    for (const [installedAppId, at] of refusedAt)
      if (at > now || now - at >= withinMilliseconds) refusedAt.delete(installedAppId);
  };
  const areMany = () => {
    forgetOld(clock());
    return refusedAt.size >= many;
  };
  return {
    areMany,
    note: (installedAppId) => {
      const now = clock();
      refusedAt.set(installedAppId, now);
      if (!areMany()) return false;
      if (now - saidAt >= withinMilliseconds || saidAt > now) {
        saidAt = now;
        log.error(
          "Cloud refuses the keys of many installations at once. Look at ANNEX_CLOUD_URL and at what stands between here and Cloud; no key is given up for it.",
          { installations: refusedAt.size },
        );
      }
      return true;
    },
  };
}
