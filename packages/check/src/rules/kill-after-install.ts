import {
  type Answer,
  describeAnswer,
  fail,
  NotTested,
  pass,
  seen,
  standingOn,
  succeeded,
} from "../evidence/index.ts";
import { install, isLaunched, launchAnswer, until } from "../world/index.ts";
import duplicateInstall from "./duplicate-install.ts";
import { killAndStart } from "./parts/killing.ts";
import portalAccepted from "./portal-accepted.ts";
import { defineRule } from "./rule.ts";

const many = 12;
/** An app that has only just started may say that it is not ready; what is lost stays lost. In milliseconds. */
const longestStart = 5000;
const gone = "An acknowledged install was gone after a crash.";

export default defineRule({
  id: "kill-after-install",
  title: "An acknowledged install survives a crash",
  section: "3",
  holdsTo:
    "A 2xx makes the installation active: what was acknowledged is stored. Save the values from the install payload.",
  severity: "critical",
  how: "Twelve install events are sent at once and the process is killed as the first answers come; after a new start every acknowledged installation is launched, and every other one is sent again.",
  fix: "Store the event durably (a committed transaction, a file written and flushed) before you answer 2xx; memory alone is lost.",
  standsOn: [portalAccepted, duplicateInstall],
  needs: ["start"],
  pace: "alone",
  observe: async (world) => {
    const tenants = Array.from({ length: many }, () => world.tenant());
    const sent = tenants.map(async (tenant) => ({ tenant, answer: await install(world, tenant) }));
    await Promise.any(sent.slice(0, many / 2)).catch(() => undefined);
    await killAndStart(world);
    const lost: string[] = [];
    for (const { tenant, answer } of await Promise.all(sent)) {
      if (!succeeded(answer)) {
        const again = await askedUntil(() => install(world, tenant), succeeded);
        if (!succeeded(again))
          lost.push("An install event that was cut by a crash is not accepted when it comes again.");
      }
      const launched = await askedUntil(() => launchAnswer(world, tenant), isLaunched);
      if (!isLaunched(launched))
        lost.push(succeeded(answer) ? gone : "An install that came again after a crash can't be launched.");
    }
    return [...new Set(lost)];
  },
  judge: (lost) => {
    if (lost.length === 0) return pass(`All ${many} were there after the crash, or could be sent again.`);
    // What is lost in one crash of many is lost all the same.
    const verdict = seen(fail(...lost));
    // No copy was sent of what had been acknowledged.
    return lost.includes(gone) ? standingOn([portalAccepted], verdict) : verdict;
  },
});

/** The first good answer, or the last one there was time for. @throws NotTested where that did not come. */
async function askedUntil(ask: () => Promise<Answer>, isGood: (answer: Answer) => boolean): Promise<Answer> {
  let answer = await ask();
  await until(async () => {
    if (!isGood(answer)) answer = await ask();
    return isGood(answer);
  }, longestStart);
  if (answer.status !== null) return answer;
  throw new NotTested(
    `After the new start a request was not answered: the app ${describeAnswer(answer)}.`,
    "It needs an app that answers sooner.",
    "missed",
  );
}
