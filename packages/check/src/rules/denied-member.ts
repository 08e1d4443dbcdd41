import { describeAnswer, fail, harm, NotTested, pass } from "../evidence/index.ts";
import { installed, isLaunched, launchAnswer } from "../world/index.ts";
import portalAccepted from "./portal-accepted.ts";
import { defineRule } from "./rule.ts";

export default defineRule({
  id: "denied-member",
  title: "A member who may not use the app gets no portal URL",
  section: "7",
  holdsTo:
    "The app checks that the user may use the app; a refused portal request answers 4xx with a code and without a URL.",
  severity: "critical",
  how: "A portal request with the member named by --denied-user, and one with another member.",
  fix: "Look at user_id in the portal request before you make a URL, and refuse with 403 and a code.",
  standsOn: [portalAccepted],
  observe: async (world) => {
    const { deniedUser } = world.options;
    if (deniedUser === undefined)
      throw new NotTested(
        "Nobody was named whom the app refuses.",
        "Give --denied-user with the id of such a member, where the app has any.",
      );
    if (!world.editions.includes("guide"))
      throw new NotTested(
        "The later edition of the payloads names no member.",
        "Check with --edition guide or both.",
      );
    const tenant = await installed(world, { edition: "guide" });
    return {
      denied: await launchAnswer(world, tenant, deniedUser),
      other: await launchAnswer(world, tenant),
    };
  },
  judge: ({ denied, other }) => {
    if (isLaunched(denied)) return harm(fail("The member who may not use the app was given a portal URL."));
    if (!isLaunched(other))
      throw new NotTested("Another member was refused too.", "It needs a member who may.");
    const clear = denied.status !== null && denied.status >= 400 && denied.status < 500;
    return clear
      ? pass(`Refused: ${describeAnswer(denied)}.`)
      : fail(`Not refused with 4xx: the app ${describeAnswer(denied)}.`);
  },
});
