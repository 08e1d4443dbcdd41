import { describeAnswer, succeeded } from "../evidence/index.ts";
import { install } from "../world/index.ts";
import { inEachEdition, passesWhenNone } from "./judging.ts";
import { defineRule } from "./rule.ts";

export default defineRule({
  id: "install-accepted",
  title: "A correct install event is accepted",
  section: "3",
  holdsTo: "A 2xx within 10 s makes the installation active; anything else cancels it and revokes the key.",
  severity: "critical",
  how: "An install event with all its fields is posted to the callback URL, in each edition of the payloads.",
  fix: "Answer 200 to a POST with the install event's JSON once it is stored. Accept it without organization_id too: the later edition of the payloads leaves it out.",
  observe: (world) =>
    inEachEdition(world, async (edition) => {
      const answer = await install(world, world.tenant({ edition }));
      if (!succeeded(answer))
        return [`A correct install event was not accepted: the app ${describeAnswer(answer)}.`];
      return answer.milliseconds > 10_000 ? ["The install event was answered after more than 10 s."] : [];
    }),
  judge: passesWhenNone("Accepted within 10 s in each edition."),
});
