/** What many rules' judgements share. */
import {
  type Answer,
  type Edition,
  fail,
  missed,
  NothingShown,
  NotTested,
  pass,
  type Verdict,
} from "../../evidence/index.ts";
import { longestAnswer, type World } from "../../world/index.ts";

/** What was found wrong, each a sentence; empty where nothing was. */
export type Problems = readonly string[];

/** What was found wrong in one edition of the payloads. */
export type EditionProblems = { readonly edition: Edition; readonly problems: Problems };

/** Fails on any problem, else passes with these words. */
export function passesWhenNone(words: string): (problems: Problems) => Verdict {
  return (problems) => (problems.length === 0 ? pass(words) : fail(...problems));
}

/**
 * Passes where what was searched was read to its end: what stands further down may be there all the same.
 *
 * @param large kinds of answers that were too large.
 * @throws NotTested where one was too large.
 */
export function passesSearched(words: string, large: readonly string[]): Verdict {
  const [first] = large;
  if (first === undefined) return pass(words);
  const what = first.replace(/https?:\/\/[^/]+/, "");
  throw new NotTested(
    `${words} But ${what} answers with more than is looked through (4 MiB).`,
    "It needs pages and calls that give less at once.",
  );
}

/** For a page on which nothing is known again. */
export function showsNothing(): NothingShown {
  return new NothingShown(
    "Of the records planted in the ledger nothing is known again on the page: no name, description or reference, no id and no amount.",
    "It needs a page that shows single ledgers, balances, identities or transactions, not their number or sums alone.",
    "missed",
  );
}

/** @throws NotTested where one of these was not read to its end: what stands further down is not known. */
export function mustBeWhole(answers: readonly Answer[]): void {
  if (answers.every(({ isCut }) => isCut !== true)) return;
  throw new NotTested(
    "An answer of the app is longer than what is looked through, and what was read of it shows nothing wrong.",
    "It needs pages and calls that give less at once.",
  );
}

/** Fails on any problem in any edition, and says in which; else passes with these words. */
export function passesInEach(words: string): (found: readonly EditionProblems[]) => Verdict {
  return (found) => {
    const wrong = found.filter(({ problems }) => problems.length > 0);
    if (wrong.length === 0) return pass(words);
    const of = (one: Edition) => wrong.find(({ edition }) => edition === one)?.problems ?? [];
    const [ordinary, later] = [of("guide"), of("later")];
    const told = [
      ...ordinary.map((text) => (later.includes(text) ? `${text} ${inBoth}` : text)),
      ...later
        .filter((text) => !ordinary.includes(text))
        .map((text) => `In the later edition of the payloads: ${text}`),
    ];
    return { ...fail(...told), editions: wrong.map(({ edition }) => edition) };
  };
}

const inBoth = "(In both editions of the payloads.)";

/**
 * What follows a crash, a full disk or a lock may be the answer of an app that is not ready yet, and on a busy machine that
 * takes longer: what is wrong then counts when it is seen again.
 */
export function onceReady(verdict: Verdict): Verdict {
  return verdict.verdict === "pass" ? verdict : missed(verdict);
}

/** What is wrong with an answer that Cloud would not have waited for. */
export function lateOnes(what: string, { milliseconds }: Answer): Problems {
  return milliseconds <= longestAnswer
    ? []
    : [`${what} was answered after ${(milliseconds / 1000).toFixed(1)} s; Cloud waits for 10 s.`];
}

/**
 * The same observation in each edition that is checked. What was found in one stands, though there be no ground to judge
 * the other.
 *
 * @throws NotTested where one can't be judged and nothing was found in the other.
 */
export async function inEachEdition(
  world: World,
  observe: (edition: Edition) => Promise<Problems>,
): Promise<readonly EditionProblems[]> {
  const seen = await Promise.all(
    world.editions.map((edition) =>
      observe(edition).then(
        (problems) => ({ edition, problems, groundless: undefined }),
        (error: unknown) => {
          if (error instanceof NotTested) return { edition, problems: [], groundless: error };
          throw error;
        },
      ),
    ),
  );
  const groundless = seen.find((one) => one.groundless !== undefined)?.groundless;
  if (groundless !== undefined && seen.every(({ problems }) => problems.length === 0)) throw groundless;
  return seen;
}
