import { describeAnswer, refused, warning } from "../evidence/index.ts";
import { install, openPortal } from "../world/index.ts";
import { judgeErrorPage } from "./parts/error-pages.ts";
import { quiet } from "./parts/watching.ts";
import { defineRule } from "./rule.ts";
import scopeBeforeCall from "./scope-before-call.ts";

export default defineRule({
  id: "error-page-missing-permission",
  title: "An app installed without any permission says what is missing",
  section: "10",
  holdsTo: "What happened, and what to do next, for at least: a required permission was not granted.",
  severity: "serious",
  how: "The app is installed with none of the scopes granted and opened in Chromium; the page must say something, and nothing of its insides. Where it refuses to be installed so, nobody reads why.",
  fix: "Compare granted_permissions with what a page needs and say which permission is missing and that reinstalling grants it.",
  standsOn: [scopeBeforeCall],
  needs: ["browser"],
  observe: async (world) => {
    const tenant = world.tenant({ grant: [] });
    const answer = await install(world, tenant);
    if (refused(answer)) return { answer };
    if (world.process !== undefined) await quiet(world, tenant);
    const { frame } = await openPortal(world, tenant);
    const visit = await frame.look();
    await frame.picture("The page without any permission");
    await frame.close();
    return { answer, visit };
  },
  judge: ({ answer, visit }) =>
    visit === undefined
      ? warning(
          `The app takes no install without a permission: it ${describeAnswer(answer)}. Cloud then cancels it, and the user never reads which one was missing.`,
        )
      : judgeErrorPage(visit),
});
