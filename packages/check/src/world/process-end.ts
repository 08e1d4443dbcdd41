/** What is left behind when somebody ends a check in the middle: nothing. */
const endings = new Set<() => void>();

/**
 * Does it when this process ends, however it ends but by SIGKILL; what was asked for last first, so that an app is killed
 * before what it stores is taken away.
 *
 * @param action cannot wait for anything.
 * @returns takes it back.
 */
export function whenProcessEnds(action: () => void): () => void {
  process.off("exit", runAll);
  process.prependListener("exit", runAll);
  endings.add(action);
  return () => endings.delete(action);
}

function runAll(): void {
  for (const each of [...endings].toReversed()) each();
}
