/**
 * Waits for SIGINT or SIGTERM, then closes what was started and ends with code 0.
 * A second signal while closing ends at once.
 */
export async function untilStopped(close: () => Promise<void>): Promise<never> {
  await new Promise<void>((resolve) => {
    process.once("SIGINT", () => resolve());
    process.once("SIGTERM", () => resolve());
  });
  process.once("SIGINT", () => process.exit(130));
  await close();
  process.exit(0);
}
