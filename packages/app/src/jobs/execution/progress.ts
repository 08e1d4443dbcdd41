/** Progress of one execution: kept in memory at once, stored at most every quarter of a second, the last value always. */

const restMilliseconds = 250;

export type Progress = {
  report(text: string): void;
  /** The newest value, stored or not. */
  latest(): string | undefined;
  /** No more timers; who ends the run stores `latest()` with it. */
  stop(): void;
};

/** @param save stores a value; a failure to do so is of no consequence, as the next or the last value follows. */
export function createProgress(stored: string | undefined, save: (text: string) => Promise<void>): Progress {
  let latest = stored;
  let timer: NodeJS.Timeout | undefined;
  let changed = false;
  let stopped = false;

  const store = () => {
    timer = undefined;
    if (!changed || latest === undefined) return;
    changed = false;
    timer = setTimeout(store, restMilliseconds).unref();
    save(latest).catch(() => {
      changed = true;
    });
  };

  return {
    report: (text) => {
      latest = text;
      changed = true;
      if (timer === undefined && !stopped) store();
    },
    latest: () => latest,
    stop: () => {
      stopped = true;
      clearTimeout(timer);
    },
  };
}
