import { NotTested } from "../evidence/index.ts";
import { installed, launch, openFrame, pause } from "../world/index.ts";
import linkExpires from "./link-expires.ts";
import { judgeRefusalPage } from "./parts/error-pages.ts";
import { defineRule } from "./rule.ts";

const longest = 120;
const margin = 1500;

export default defineRule({
  id: "error-page-expired",
  title: "Who opens an expired link reads what happened and what to do",
  section: "10",
  holdsTo: "What happened, and what to do next, for at least: the portal session expired.",
  severity: "serious",
  how: "A portal link is opened in Chromium after its life; the page must read as a cause and a next step.",
  fix: "Answer with a page that says that the session has expired and to launch the app again, with the embedding header.",
  standsOn: [linkExpires],
  needs: ["waiting", "browser"],
  observe: async (world) => {
    const { linkSeconds } = world.options;
    if (linkSeconds > longest)
      throw new NotTested(
        `A link is said to live for ${linkSeconds} s, longer than a check may take.`,
        "Start the app with a life of a few seconds and say so with --link-ttl.",
      );
    const url = await launch(world, await installed(world));
    await pause(linkSeconds * 1000 + margin);
    const frame = await openFrame(world, url);
    const visit = await frame.look();
    await frame.picture("The page of an expired link");
    await frame.close();
    return visit;
  },
  judge: judgeRefusalPage,
});
