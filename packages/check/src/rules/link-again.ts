import { describeAnswer, fail, NotTested, pass } from "../evidence/index.ts";
import { enter, installed, launch } from "../world/index.ts";
import portalAccepted from "./portal-accepted.ts";
import { defineRule } from "./rule.ts";

export default defineRule({
  id: "link-again",
  title: "A portal link can be opened again while it lives",
  section: "7",
  holdsTo:
    "The URL must survive being loaded more than once while it is valid: a one-shot token breaks Open and resizing.",
  severity: "serious",
  how: "One portal URL is opened three times, each as if by a new browser.",
  fix: "Let the token be good until its time is over instead of deleting it at the first use; a few minutes are enough.",
  standsOn: [portalAccepted],
  opensPage: true,
  observe: async (world) => {
    const tenant = await installed(world);
    const began = performance.now();
    const url = await launch(world, tenant);
    const pages = [await enter(url), await enter(url), await enter(url)].map(({ page }) => page);
    if (performance.now() - began > world.options.linkSeconds * 800)
      throw new NotTested(
        "The app took so long to open the link that its life was over.",
        "It needs a longer life of links, or a machine with less to do.",
        "missed",
      );
    return pages;
  },
  judge: ([first, ...again]) => {
    if (first === undefined || (first.status ?? 500) >= 400)
      return fail(
        `A fresh portal URL did not open: the app ${first === undefined ? "gave no answer" : describeAnswer(first)}.`,
      );
    const refused = again.find(({ status }) => (status ?? 500) >= 400);
    return refused === undefined
      ? pass(`Opened three times (${first.status}).`)
      : fail(`Opened once more, the app ${describeAnswer(refused)}.`);
  },
});
