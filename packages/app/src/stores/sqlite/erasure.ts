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

export type Erasure = {
  /** Resolves once nothing that was overwritten before is left in the files. */
  erased(): Promise<void>;
  /** Resolves when none is under way. */
  settled(): Promise<void>;
};

/** @param log told when another process is in the way for longer than a second; opening the file erases then. */
export function createErasure(checkpoints: Checkpoints, crashPoint: CrashPoint, log: Log): Erasure {
  let due: Promise<void> | undefined;
  let latest: Promise<void> = Promise.resolve();
  let rested = Number.NEGATIVE_INFINITY;

  const erase = async () => {
    await pause(rested - performance.now());
    due = undefined;
    crashPoint("before-erase");
    const began = performance.now();
    for (let tries = 1; !(await checkpoints.truncate()); tries += 1) {
      if (tries === mostTries)
        return log.warn("The write-ahead log could not be cut; another process reads it.");
      await pause(retryMilliseconds);
    }
    const ended = performance.now();
    rested = ended + restsForEachDuration * (ended - began);
    crashPoint("after-erase");
  };

  return {
    erased: () => {
      due ??= erase();
      latest = due;
      return due;
    },
    settled: () => latest,
  };
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    if (milliseconds <= 0) setImmediate(resolve);
    else setTimeout(resolve, milliseconds);
  });
}
