import {
  type Answer,
  fail,
  missed,
  pass,
  seen,
  standingOn,
  succeeded,
  type Verdict,
} from "../evidence/index.ts";
import { install, isLaunched, launchAnswer, type Tenant, type World } from "../world/index.ts";
import duplicateInstall from "./duplicate-install.ts";
import { askedUntil, isUnready } from "./parts/asking.ts";
import { killAndStart } from "./parts/killing.ts";
import portalAccepted from "./portal-accepted.ts";
import { defineRule } from "./rule.ts";

const many = 12;
const gone = "An acknowledged install was gone after a crash.";
const notAccepted = "An install event that was cut by a crash is not accepted when it comes again.";
const notLaunched = "An install that came again after a crash can't be launched.";

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
    return (await Promise.all((await Promise.all(sent)).map((one) => lossesOf(world, one)))).flat();
  },
  judge: judgeLost,
});

type Sent = { readonly tenant: Tenant; readonly answer: Answer };

/** What became of one of them: looked at beside the others, since what is lost is asked for as long as a start may take. */
async function lossesOf(world: World, { tenant, answer }: Sent): Promise<readonly Lost[]> {
  const again = succeeded(answer) ? answer : await askedUntil(() => install(world, tenant), succeeded);
  const launched = await askedUntil(() => launchAnswer(world, tenant), isLaunched);
  return [
    ...(succeeded(again) ? [] : [{ what: notAccepted, answer: again }]),
    ...(isLaunched(launched) ? [] : [{ what: succeeded(answer) ? gone : notLaunched, answer: launched }]),
  ];
}

/** What was lost, and by what answer in the end that shows. */
type Lost = { readonly what: string; readonly answer: Pick<Answer, "status"> };

export function judgeLost(lost: readonly Lost[]): Verdict {
  if (lost.length === 0) return pass(`All ${many} were there after the crash, or could be sent again.`);
  const found = fail(...lost.map(({ what }) => what));
  // What is lost in one crash of many is lost all the same; who only says that he can't just now may be able later.
  const verdict = lost.every(({ answer }) => isUnready(answer)) ? missed(found) : seen(found);
  // No copy was sent of what had been acknowledged.
  return lost.some(({ what }) => what === gone) ? standingOn([portalAccepted], verdict) : verdict;
}
