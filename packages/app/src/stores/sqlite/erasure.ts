/**
 * Makes what was overwritten gone: from the write-ahead log too, where earlier
 * versions of a page stay until it is folded into the file and cut.
 *
 * That costs about as much as two commits, so it is shared like a commit: who
 * asks while one is due joins it, and after one there is a rest of four times its
 * duration, so that under load at most a fifth of the time goes into it. A lone
 * uninstall does not wait. Measured: 50 uninstalls at a time run at 0.9 of the
 * pace of 50 installs.
 */

import type { Log } from "../../log/index.ts";
import type { CrashPoint } from "../../process/crash-point.ts";
import type { Checkpoints } from "./checkpoints.ts";

const restsForEachDuration = 4;
const retryMilliseconds = 50;
const mostTries = 20;
const againMilliseconds = 60_000;

export type Erasure = {
  /** Resolves once nothing that was overwritten before is left in the files. */
  erased(): Promise<void>;
  /** Ends it, after the one under way. */
  stop(): Promise<void>;
};

/** @param log told when another process is in the way for longer than a second; it is tried again once a minute then. */
export function createErasure(checkpoints: Checkpoints, crashPoint: CrashPoint, log: Log): Erasure {
  let due: Promise<void> | undefined;
  let latest: Promise<void> = Promise.resolve();
  let rested = Number.NEGATIVE_INFINITY;
  let again: NodeJS.Timeout | undefined;
  let stopped = false;

  const erase = async () => {
    await pause(rested - performance.now());
    due = undefined;
    crashPoint("before-erase");
    const began = performance.now();
    for (let tries = 1; !(await checkpoints.truncate()); tries += 1) {
      if (tries === mostTries || stopped) return later();
      await pause(retryMilliseconds);
    }
    clearTimeout(again);
    again = undefined;
    const ended = performance.now();
    rested = ended + restsForEachDuration * (ended - began);
    crashPoint("after-erase");
  };

  const erased = () => {
    due ??= erase();
    latest = due;
    return due;
  };

  /** Nobody waits for it any longer, and it is not given up. */
  const later = () => {
    log.warn("The write-ahead log could not be cut; another process reads it. It is tried again.");
    clearTimeout(again);
    if (!stopped) again = setTimeout(() => void erased(), againMilliseconds).unref();
  };

  return {
    erased,
    stop: () => {
      stopped = true;
      clearTimeout(again);
      return latest;
    },
  };
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    if (milliseconds <= 0) setImmediate(resolve);
    else setTimeout(resolve, milliseconds);
  });
}
