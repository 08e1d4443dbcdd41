import { fail, missed, NotTested, pass, type Verdict } from "../evidence/index.ts";
import type { BrowserVisit } from "../world/index.ts";
import errorPageExpired from "./error-page-expired.ts";
import errorPageUninstalled from "./error-page-uninstalled.ts";
import { seeDeniedPage, seeExpiredPage, seeUninstalledPage } from "./parts/refusal-pages.ts";
import { defineRule } from "./rule.ts";

/** What somebody reads, and why he reads it. */
type Told = { readonly cause: string; readonly visit: Pick<BrowserVisit, "text" | "shown"> };

export default defineRule({
  id: "error-page-causes",
  title: "An error page names its own cause",
  section: "10",
  holdsTo:
    "What happened, and what to do next, for at least: the app was uninstalled · the portal session expired · this member may not use the app. Installation gone → 403 with its own page.",
  severity: "serious",
  how: "The pages of an expired link, of an uninstalled app and, with --deny-command, of a member who may not are compared: no two may say the same, but for their reference.",
  fix: "Say on each page what happened and what helps: launch the app again, install it again, ask somebody for access. One sentence for everything sends people where nothing helps them.",
  standsOn: [errorPageExpired, errorPageUninstalled],
  needs: ["waiting", "browser"],
  observe: async (world): Promise<readonly Told[]> => {
    const [expired, uninstalled, denied] = await Promise.all([
      seeExpiredPage(world),
      seeUninstalledPage(world),
      seeDeniedPage(world).catch(unlessNotTested),
    ]);
    return [
      { cause: "an expired link", visit: expired },
      { cause: "an uninstalled app", visit: uninstalled },
      ...(denied === undefined ? [] : [{ cause: "a member who may not", visit: denied }]),
    ];
  },
  judge: judgeCauses,
});

/** Whom the app refuses, nobody has to say. */
function unlessNotTested(error: unknown): undefined {
  if (!(error instanceof NotTested)) throw error;
}

export function judgeCauses(told: readonly Told[]): Verdict {
  const shown = told.filter(({ visit }) => visit.shown && sentencesIn(visit) !== "");
  if (shown.length < 2)
    throw new NotTested(
      "Fewer than two of these pages came up.",
      "It needs a portal that answers with a page.",
      "missed",
    );
  const alike = [...Map.groupBy(shown, ({ visit }) => sentencesIn(visit)).values()].find(
    ({ length }) => length > 1,
  );
  const [first] = alike ?? [];
  // One that is still loading says the same whatever comes.
  return alike === undefined || first === undefined
    ? pass(`${shown.length} causes, each in words of its own.`)
    : missed(
        fail(
          `The pages of ${alike.map(({ cause }) => cause).join(" and of ")} say the same: "${first.visit.text.replaceAll(/\s+/g, " ").trim().slice(0, 160)}"`,
        ),
      );
}

/** Without references, times and numbers; where there are no blanks these end with what is written in ASCII. */
function sentencesIn({ text }: Told["visit"]): string {
  return text
    .replaceAll(/[!-~]*\d[!-~]*/g, "")
    .replaceAll(/\s+/g, " ")
    .trim()
    .toLowerCase();
}
