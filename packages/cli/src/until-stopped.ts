/**
 * One Ctrl-C is one: npm and whatever else stands in front hand on the signal that
 * the terminal has delivered already, so the first comes in several copies.
 */
const copiesWithin = 2000;
const parentLookedAtEvery = 500;

/** What goes on until somebody stops it. */
export type UntilStopped = {
  /** Says that it is ready. Whoever reads that may stop it at once, so by then a signal is heard already. */
  readonly announce?: () => void;
  /** Closes what was started. */
  readonly close: () => Promise<void>;
};

/**
 * Says that a command is ready, waits for SIGINT, SIGTERM or the end of the npm
 * that runs it, then closes what was started and ends with code 0.
 * A second signal that is no copy of the first ends at once, for whoever will not wait.
 */
export async function untilStopped({ announce, close }: UntilStopped): Promise<never> {
  const stopped = firstSignal();
  announce?.();
  await stopped;
  forceOnAnother();
  await close();
  process.exit(0);
}

function firstSignal(): Promise<void> {
  return new Promise((resolve) => {
    // These stay: a signal without a listener would end the process while it closes.
    process.on("SIGINT", () => resolve());
    process.on("SIGTERM", () => resolve());
    whenNpmIsGone(resolve);
  });
}

/** npm ends the shell between it and a script when it is told to stop, and that shell hands nothing on. */
function whenNpmIsGone(stop: () => void): void {
  if (process.env["npm_lifecycle_event"] === undefined) return;
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(watch);
    stop();
  }, parentLookedAtEvery);
  watch.unref();
}

function forceOnAnother(): void {
  const closingSince = performance.now();
  process.on("SIGINT", () => {
    if (performance.now() - closingSince > copiesWithin) process.exit(130);
  });
}
