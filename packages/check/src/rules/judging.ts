/** What many rules' judgements share. */
import { type Answer, fail, pass, type Verdict } from "../evidence/index.ts";
import { type Edition, longestAnswer, type World } from "../world/index.ts";

/** What was found wrong, each a sentence; empty where nothing was. */
export type Problems = readonly string[];

/** Fails on any problem, else passes with these words. */
export function passesWhenNone(words: string): (problems: Problems) => Verdict {
  return (problems) => (problems.length === 0 ? pass(words) : fail(problems.join(" ")));
}

/** What is wrong with an answer that Cloud would not have waited for. */
export function lateOnes(what: string, { milliseconds }: Answer): Problems {
  return milliseconds <= longestAnswer
    ? []
    : [`${what} was answered after ${(milliseconds / 1000).toFixed(1)} s; Cloud waits for 10 s.`];
}

/** The same observation in each edition that is checked; problems of the later one say so. */
export async function inEachEdition(
  world: World,
  observe: (edition: Edition) => Promise<Problems>,
): Promise<Problems> {
  const found = await Promise.all(world.editions.map(observe));
  return found.flatMap((problems, position) =>
    world.editions[position] === "later"
      ? problems.map((problem) => `In the later edition of the payloads: ${problem}`)
      : problems,
  );
}
