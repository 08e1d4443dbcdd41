/** Work that is done again and again, one after the other: what takes long is waited for, not started a second time. */
export type Repeated = { stop(): void };

/** @param failed told of each failure; the next time comes all the same. */
export function every(
  milliseconds: number,
  work: () => Promise<void>,
  failed: (error: unknown) => void,
): Repeated {
  let isUnderWay = false;
  const timer = setInterval(() => {
    if (isUnderWay) return;
    isUnderWay = true;
    work()
      .catch(failed)
      .finally(() => {
        isUnderWay = false;
      });
  }, milliseconds).unref();
  return { stop: () => clearInterval(timer) };
}
