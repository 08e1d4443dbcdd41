import {
  type Answer,
  describeAnswer,
  fail,
  pass,
  tokenOf,
  type Verdict,
  warning,
} from "../evidence/index.ts";
import { enter, installed, launch } from "../world/index.ts";
import { defineRule } from "./rule.ts";

type Seen = { readonly good: Answer; readonly unknown: Answer; readonly changed: Answer };

export default defineRule({
  id: "unknown-token",
  title: "An unknown token opens nothing",
  section: "7",
  holdsTo: "Unknown → 401, expired → 410, installation gone → 403 with its own page.",
  severity: "critical",
  how: "A portal URL is opened with an invented token, and with a real one in which one character is changed.",
  fix: "Look the token up (or check its whole signature) before you serve anything of an installation, and answer an unknown one with status 401 and a page that says to launch again.",
  observe: async (world): Promise<Seen> => {
    const url = await launch(world, await installed(world));
    const token = tokenOf(url);
    const invented = [...token].map((character) => (/\w/.test(character) ? "x" : character)).join("");
    const middle = Math.floor(token.length / 2);
    const changed = `${token.slice(0, middle)}${token[middle] === "A" ? "B" : "A"}${token.slice(middle + 1)}`;
    return {
      good: (await enter(url)).page,
      unknown: (await enter(url.replace(token, invented))).page,
      changed: (await enter(url.replace(token, changed))).page,
    };
  },
  judge: judgeUnknown,
});

/** A page that is the same for every token is a shell whose calls are checked; other rules look at those. */
function judgeUnknown({ good, unknown, changed }: Seen): Verdict {
  for (const answer of [unknown, changed]) {
    if (answer.status === null || answer.status >= 500)
      return fail(`An unknown token broke the app: it ${describeAnswer(answer)}.`);
    if (answer.status < 300 && answer.text === good.text)
      return pass("The page is the same whatever the token: a shell that holds nothing of any installation.");
    if (answer.status < 300)
      return warning(
        `An unknown token was answered ${answer.status} instead of 401; whether the page gives anything away is judged by the rules on tenants.`,
      );
  }
  return unknown.status === 401
    ? pass("Answered 401.")
    : warning(`Refused, but with ${unknown.status} instead of 401.`);
}
