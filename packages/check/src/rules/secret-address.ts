import {
  type Answer,
  bitsOf,
  fail,
  findSecret,
  hiddenSegments,
  leastBits,
  pass,
  secretSegments,
  seen,
  warning,
} from "../evidence/index.ts";
import { enter, install, launchAnswer, portalUrlIn, type World } from "../world/index.ts";
import { mustBeWhole } from "./parts/judging.ts";
import { defineRule } from "./rule.ts";

export default defineRule({
  id: "secret-address",
  title: "The two URLs hold a secret that can't be guessed, and no page gives it out",
  section: "6",
  holdsTo: "The URLs themselves are the secret: at least 128 random bits.",
  severity: "serious",
  how: "The parts of both URLs that could be random are measured. Whether forged events get through is tested by the forged rules. The page of a launch and its scripts are searched for these parts.",
  fix: "Put a random part of at least 22 base64url or 32 hexadecimal characters into the path of both URLs, from configuration, and answer 404 to any other. Keep it out of pages and scripts: whoever opens one could send events in Cloud's name.",
  opensPage: true,
  observe: async (world) => {
    const doors = [world.options.callback, world.options.portal];
    const [callback = 0, portal = 0] = doors.map((url) => Math.max(0, ...secretSegments(url).map(bitsOf)));
    return { callback, portal, ...(await givenOut(world, doors.flatMap(hiddenSegments))) };
  },
  judge: ({ callback, portal, given, answers }) => {
    if (given !== undefined)
      return seen(
        fail(`The secret part of the two URLs stands in the answer at ${given}, for whoever opens a page.`),
      );
    const least = Math.min(callback, portal);
    if (least >= leastBits) mustBeWhole(answers);
    if (least >= leastBits) return pass("Both hold a part long enough for 128 random bits.");
    const which = callback === least ? "callback" : "portal generator";
    return warning(
      least === 0
        ? `The ${which} URL has no part that could be a secret: whoever learns the host can call it, unless something else protects it.`
        : `The secret part of the ${which} URL holds at most ${least} bits; 128 are wanted.`,
    );
  },
});

type GivenOut = { readonly given: string | undefined; readonly answers: readonly Answer[] };

/** Where a page, or what it loads, holds one of the secrets. What stands in the portal URL too may be the path of the app. */
async function givenOut(world: World, secrets: readonly string[]): Promise<GivenOut> {
  const tenant = world.tenant();
  await install(world, tenant);
  const url = portalUrlIn(await launchAnswer(world, tenant));
  if (url === undefined) return { given: undefined, answers: [] };
  const { exchanges } = await enter(url, { files: true });
  const found = exchanges.find(({ answer }) =>
    secrets.some((secret) => !url.includes(secret) && findSecret(answer.text, secret) !== undefined),
  );
  return {
    given: found === undefined ? undefined : new URL(found.url).pathname,
    answers: exchanges.map(({ answer }) => answer),
  };
}
