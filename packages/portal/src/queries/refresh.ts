/** When what is shown is asked for again. */

/** How often an answer is asked for again while something is waited for, and for how long that is. */
export interface RefreshOptions<Answer> {
  /** Asks again after `refreshMilliseconds` for as long as this says so about the last answer. */
  readonly refreshWhile?: (answer: Answer) => boolean;
  readonly refreshMilliseconds?: number;
  /** When something of the last answer is to happen, where that is known: it is asked for again at that time. */
  readonly refreshAt?: (answer: Answer) => Date | undefined;
}

/** No timer waits longer. */
const longestMilliseconds = 2 ** 31 - 1;

/**
 * In how many milliseconds an answer is asked for again; `false` for never.
 *
 * @param idle how often what nobody waits for is
 */
export function nextRefresh<Answer>(
  answer: Answer | undefined,
  { refreshWhile, refreshMilliseconds, refreshAt }: RefreshOptions<Answer>,
  { usual, idle, now }: { readonly usual: number; readonly idle: number | false; readonly now: Date },
): number | false {
  if (answer === undefined) return idle;
  if (refreshWhile?.(answer) === true) return refreshMilliseconds ?? usual;
  const left = (refreshAt?.(answer)?.getTime() ?? Number.NaN) - now.getTime();
  // What was to happen by now was asked for already, and did not.
  if (!(left > 0)) return idle;
  return Math.min(left, idle === false ? longestMilliseconds : idle);
}
