import { describeAnswer, succeeded } from "../evidence/index.ts";
import { installed, uninstall } from "../world/index.ts";
import installAccepted from "./install-accepted.ts";
import { inEachEdition, lateOnes, passesInEach } from "./parts/judging.ts";
import { answersFor } from "./parts/watching.ts";
import { defineRule } from "./rule.ts";

export default defineRule({
  id: "uninstall-accepted",
  title: "A correct uninstall event is accepted",
  section: "4",
  holdsTo: "2xx within 10 s: Cloud marks it uninstalled and revokes the key; otherwise the key stays valid.",
  severity: "critical",
  how: "An installation is made and uninstalled again.",
  fix: "Answer 200 to the uninstall event (told apart by idempotency_key beginning with uninstall:) once the installation is marked as ended.",
  standsOn: [installAccepted],
  observe: (world) =>
    inEachEdition(world, async (edition) => {
      const tenant = await installed(world, { edition });
      await answersFor(world, tenant);
      const answer = await uninstall(world, tenant);
      if (!succeeded(answer))
        return [`The uninstall event was not accepted: the app ${describeAnswer(answer)}.`];
      return lateOnes("The uninstall event", answer);
    }),
  judge: passesInEach("Accepted within 10 s in each edition."),
});
