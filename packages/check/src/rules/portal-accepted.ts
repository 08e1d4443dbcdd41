import { describeAnswer } from "../evidence/index.ts";
import { enter, installed, isLaunched, isUnanswered, launchAnswer, portalUrlIn } from "../world/index.ts";
import installAccepted from "./install-accepted.ts";
import { inEachEdition, lateOnes, passesInEach } from "./parts/judging.ts";
import { defineRule } from "./rule.ts";

export default defineRule({
  id: "portal-accepted",
  title: "An active installation can be launched",
  section: "7",
  holdsTo: 'The app answers within 10 s: {"portal_url":"https://…"}.',
  severity: "critical",
  how: "A portal request for an active installation is posted to the portal generator URL, in each edition of the payloads, and the URL that comes back is opened.",
  fix: "Answer 200 with JSON that has portal_url, an absolute URL. Accept requests without organization_id and user_id: the later edition leaves them out.",
  standsOn: [installAccepted],
  observe: (world) =>
    inEachEdition(world, async (edition) => {
      const answer = await launchAnswer(world, await installed(world, { edition }));
      if (!isLaunched(answer))
        return [`A correct portal request got no URL: the app ${describeAnswer(answer)}.`];
      const { page } = await enter(portalUrlIn(answer) ?? "");
      return [
        ...lateOnes("The portal request", answer),
        ...(isUnanswered(page) ? [`The page that its URL leads to ${describeAnswer(page)}.`] : []),
      ];
    }),
  judge: passesInEach("A URL came back within 10 s in each edition, and leads to a page that answers."),
});
