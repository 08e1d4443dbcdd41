import { type Answer, describeAnswer, fail, NotTested, pass, refused, succeeded } from "../evidence/index.ts";
import { install, longestAnswer } from "../world/index.ts";
import { answersFor } from "./parts/watching.ts";
import { defineRule } from "./rule.ts";

export default defineRule({
  id: "install-accepted",
  title: "A correct install event is accepted",
  section: "3",
  holdsTo: "A 2xx within 10 s makes the installation active; anything else cancels it and revokes the key.",
  severity: "critical",
  how: "An install event with all its fields is posted to the callback URL, in each edition of the payloads.",
  fix: "Answer 200 to a POST with the install event's JSON once it is stored. Accept it without organization_id too: the later edition of the payloads leaves it out.",
  observe: async (world) => ({
    started: world.process !== undefined,
    answers: await Promise.all(
      world.editions.map(async (edition) => {
        const tenant = world.tenant({ edition });
        await answersFor(world, tenant);
        return { edition, answer: await install(world, tenant) };
      }),
    ),
  }),
  judge: ({ started, answers }) => {
    const wrong = answers.filter(({ answer }) => !succeeded(answer) || answer.milliseconds > longestAnswer);
    const [first] = wrong;
    if (first === undefined) return pass("Accepted within 10 s in each edition.");
    // An app may prove a key against Cloud before it trusts it, and this key is not its Cloud's.
    if (!started && wrong.length === answers.length && wrong.every(({ answer }) => mayDoubt(answer)))
      throw new NotTested(
        `The app refused a correct install event (it ${describeAnswer(first.answer)}), perhaps since its own Cloud does not know the key.`,
        "Give --start, so that the app calls the checker's Cloud.",
      );
    const editions = wrong.map(({ edition }) => edition);
    const told = `A correct install event was not accepted in the ${editions.join(" and the ")} edition: the app ${describeAnswer(first.answer)}.`;
    return { ...fail(told), editions };
  },
});

function mayDoubt(answer: Answer): boolean {
  return refused(answer) && answer.status !== 404 && answer.status !== 405;
}
