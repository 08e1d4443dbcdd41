/** Asking again while an app only says that it can't just now: of what it has taken in that says nothing. */
import { type Answer, describeAnswer, NotTested } from "../../evidence/index.ts";
import { until } from "../../world/index.ts";

/** An app that has only just started may say that it is not ready; what is lost stays lost. In milliseconds. */
const longestStart = { refusing: 5000, unready: 30_000 };

/**
 * The first good answer, or the last one there was time for: who says that he can't just now is asked for longer than who
 * refuses.
 *
 * @throws NotTested where none came.
 */
export async function askedUntil(
  ask: () => Promise<Answer>,
  isGood: (answer: Answer) => boolean,
  longest = longestStart,
): Promise<Answer> {
  const answer = await lastAnswer(ask, isGood, longest);
  if (answer.status !== null) return answer;
  throw new NotTested(
    `After the new start a request was not answered: the app ${describeAnswer(answer)}.`,
    "It needs an app that answers sooner.",
    "missed",
  );
}

/** The same where no answer at all is one too. */
export async function lastAnswer(
  ask: () => Promise<Answer>,
  isGood: (answer: Answer) => boolean,
  longest = longestStart,
): Promise<Answer> {
  const began = performance.now();
  let answer = await ask();
  await until(async () => {
    const isOver = !isUnready(answer) && performance.now() - began > longest.refusing;
    if (!isGood(answer) && !isOver) answer = await ask();
    return isGood(answer) || isOver;
  }, longest.unready);
  return answer;
}

/** Whether no answer came in time, or one that says only that the app can't just now. */
export function isUnready({ status }: Pick<Answer, "status">): boolean {
  return status === null || status >= 500;
}
