/**
 * One Ctrl-C is one: npm and whatever else stands in front hand on the signal that
 * the terminal has delivered already, so the first comes in several copies.
 */
const copiesWithin = 2000;

/** What goes on until somebody stops it. */
export type UntilStopped = {
  /** Says that it is ready. Whoever reads that may stop it at once, so by then a signal is heard already. */
  readonly announce?: () => void;
  /** Closes what was started. */
  readonly close: () => Promise<void>;
};

/**
 * Says that a command is ready, waits for SIGINT or SIGTERM, then closes what was started and ends with code 0.
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
  });
}

function forceOnAnother(): void {
  const closingSince = performance.now();
  process.on("SIGINT", () => {
    if (performance.now() - closingSince > copiesWithin) process.exit(130);
  });
}
