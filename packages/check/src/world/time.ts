/** Waiting, always bounded. */
import { setTimeout as sleep } from "node:timers/promises";

const step = 40;

/** Lets so many milliseconds pass, or fewer when it is called off. */
export async function pause(milliseconds: number, calledOff?: AbortSignal): Promise<void> {
  await sleep(milliseconds, undefined, calledOff === undefined ? {} : { signal: calledOff }).catch(
    () => undefined,
  );
}

/** What comes of something within so many milliseconds; nothing where it takes longer, or fails. */
export async function within<Result>(
  milliseconds: number,
  work: Promise<Result>,
): Promise<Result | undefined> {
  const over = new AbortController();
  try {
    return await Promise.race([
      work.catch(() => undefined),
      pause(milliseconds, over.signal).then(() => undefined),
    ]);
  } finally {
    over.abort();
  }
}

/** Waits until something holds, at most so long. @returns whether it came to hold. */
export async function until(
  holds: () => boolean | Promise<boolean>,
  longestMilliseconds: number,
): Promise<boolean> {
  const ends = performance.now() + longestMilliseconds;
  while (!(await holds())) {
    if (performance.now() > ends) return false;
    await sleep(step);
  }
  return true;
}
