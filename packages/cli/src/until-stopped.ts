/**
 * One Ctrl-C is one: npm and whatever else stands in front hand on the signal that
 * the terminal has delivered already, so the first comes in several copies.
 */
const copiesWithin = 2000;

/**
 * Waits for SIGINT or SIGTERM, then closes what was started and ends with code 0.
 * A second signal that is no copy of the first ends at once, for whoever will not wait.
 */
export async function untilStopped(close: () => Promise<void>): Promise<never> {
  await firstSignal();
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
