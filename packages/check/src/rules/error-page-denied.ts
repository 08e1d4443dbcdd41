import { installed, launch, openFrame } from "../world/index.ts";
import deniedLater from "./denied-later.ts";
import { deny, needsDenyCommand } from "./parts/denying.ts";
import { judgeErrorPage } from "./parts/error-pages.ts";
import { defineRule } from "./rule.ts";

export default defineRule({
  id: "error-page-denied",
  title: "A member who may not use the app reads why and whom to ask",
  section: "10",
  holdsTo: "What happened, and what to do next, for at least: this member may not use the app.",
  severity: "serious",
  how: "A member is given a portal link, the command of --deny-command takes his right away, and the link is opened in Chromium; the page must read as a cause and a next step.",
  fix: "Answer with a page that says that this account may not use the app and who can change that, with the embedding header.",
  standsOn: [deniedLater],
  needs: ["browser"],
  observe: async (world) => {
    needsDenyCommand(world);
    await world.browser();
    const tenant = await installed(world, { edition: "guide" });
    const url = await launch(world, tenant);
    await deny(world, tenant);
    const frame = await openFrame(world, url);
    const visit = await frame.look();
    await frame.picture("The page of a member who may not");
    await frame.close();
    return visit;
  },
  judge: judgeErrorPage,
});
