import { installed, openPortal } from "../world/index.ts";
import { judgeErrorPage } from "./error-pages.ts";
import { defineRule } from "./rule.ts";
import scopeBeforeCall from "./scope-before-call.ts";
import { quiet } from "./watching.ts";

export default defineRule({
  id: "error-page-missing-permission",
  title: "An app installed without any permission says what is missing",
  section: "10",
  holdsTo: "What happened, and what to do next, for at least: a required permission was not granted.",
  severity: "serious",
  how: "The app is installed with none of the scopes granted and opened in Chromium; the page must say something, and nothing of its insides.",
  fix: "Compare granted_permissions with what a page needs and say which permission is missing and that reinstalling grants it.",
  standsOn: [scopeBeforeCall],
  needs: ["browser"],
  observe: async (world) => {
    const tenant = await installed(world, { grant: [] });
    if (world.process !== undefined) await quiet(world, tenant);
    const { frame } = await openPortal(world, tenant);
    const visit = await frame.look();
    await frame.picture("The page without any permission");
    await frame.close();
    return visit;
  },
  judge: judgeErrorPage,
});
