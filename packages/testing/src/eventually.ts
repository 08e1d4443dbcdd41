const pauseMilliseconds = 20;

/**
 * Asks again until the answer suits, for what a job does in its own time.
 *
 * @param within milliseconds after which it gives up; 10,000 unless said.
 * @throws Error with the last answer when the time is over.
 * @example
 * ```ts
 * await eventually(() => cloud.ledger().transactions(), (all) => all.length === 3);
 * ```
 */
export async function eventually<Value>(
  ask: () => Promise<Value>,
  suits: (value: Value) => boolean,
  within = 10_000,
): Promise<Value> {
  const deadline = performance.now() + within;
  for (;;) {
    const value = await ask();
    if (suits(value)) return value;
    if (performance.now() > deadline) {
      const last = JSON.stringify(value, (_, each: unknown) => (typeof each === "bigint" ? `${each}` : each));
      throw new Error(`It did not come about in ${within} ms. Last seen: ${last}`);
    }
    await new Promise((resolve) => setTimeout(resolve, pauseMilliseconds));
  }
}
