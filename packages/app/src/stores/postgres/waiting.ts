/** How long what was asked may take: points in time on the process's own clock, which never jumps. */

/** Below Cloud's ten seconds, with room for the answer. */
const usualMilliseconds = 8000;

/** When what is asked now must have ended. */
export function usualDeadline(): number {
  return performance.now() + usualMilliseconds;
}

export function isPast(deadline: number): boolean {
  return performance.now() >= deadline;
}

/** Milliseconds that are left; one at least, since none means "without end" to the driver. */
export function left(deadline: number): number {
  return Math.max(1, Math.ceil(deadline - performance.now()));
}

const firstRest = 20;
const longestRest = 250;

/** Between two tries of the same: longer each time, so that a server that has just come back is not overrun. */
export function rest(tries: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, Math.min(longestRest, firstRest * tries));
  });
}
