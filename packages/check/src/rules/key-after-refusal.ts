import {
  type Answer,
  describeAnswer,
  missed,
  NotTested,
  pass,
  succeeded,
  type Verdict,
  warning,
} from "../evidence/index.ts";
import { deliver, installBody, installed, pause, uninstall } from "../world/index.ts";
import { asksNothing, learnPage, openAgain, refusedFor } from "./parts/refusals.ts";
import { quiet } from "./parts/watching.ts";
import portalAccepted from "./portal-accepted.ts";
import { defineRule } from "./rule.ts";

const longestGrace = 90;
const tries = 4;
const betweenTries = 2000;

export default defineRule({
  id: "key-after-refusal",
  title: "A delivery with another key is taken when Cloud has refused the stored one",
  section: "5",
  holdsTo:
    "Unless only api_key and api_key_prefix differ and the stored key has since been rejected by Cloud with 401, when the new key is taken.",
  severity: "minor",
  how: "After the grace time Cloud refuses a tenant's key with 401 while its page is opened in Chromium, and its buttons are pressed where it asks nothing by itself; then the install event comes again with another key, which must be acknowledged and used.",
  fix: "Remember that a key was refused. When the same install event comes with another key after that, store the new one and go on with it: else the user has to uninstall and install again.",
  standsOn: [portalAccepted],
  needs: ["start", "waiting", "browser"],
  observe: async (world) => {
    const { graceSeconds } = world.options;
    if (graceSeconds > longestGrace)
      throw new NotTested(
        `The grace time is ${graceSeconds} s, longer than a check may take.`,
        "Start the app with a shorter one and say so with --grace.",
      );
    await Promise.all([world.cloud.ready, world.browser()]);
    const tenant = await installed(world);
    const [page] = await Promise.all([learnPage(world, tenant), pause(graceSeconds * 1000 + 1000)]);
    const known = tenant.calls.length;
    const clear = await world.front.meets(tenant, { fault: "gateway-status", status: 401 });
    await openAgain(world, tenant, page.isPressed);
    const refused = await refusedFor(page, tenant, known);
    if (refused === 0) {
      await clear();
      throw asksNothing();
    }
    const other = world.rekeyed(tenant);
    let answer = await deliver(world.options.callback, installBody(other));
    // An app takes a refusal for one when it has asked a few times.
    for (let count = 1; count < tries && !succeeded(answer); count += 1) {
      await pause(betweenTries);
      answer = await deliver(world.options.callback, installBody(other));
    }
    if (succeeded(answer)) {
      await openAgain(world, tenant, page.isPressed);
      await quiet(world, other, 3000);
    }
    await clear();
    const seen = { answer, used: other.calls.length };
    await uninstall(world, tenant);
    return seen;
  },
  judge: judgeNewKey,
});

type Seen = {
  /** To the delivery with the new key. */
  readonly answer: Answer;
  /** How many calls came with it. */
  readonly used: number;
};

export function judgeNewKey({ answer, used }: Seen): Verdict {
  if (!succeeded(answer))
    // How often it has to be refused before it counts is the app's own affair, and on a busy machine it asks seldom.
    return missed(
      warning(`The app ${describeAnswer(answer)}: the user will have to uninstall and install again.`),
    );
  return used > 0
    ? pass("Acknowledged, and the new key is used.")
    : missed(warning("Acknowledged, but the new key is not used."));
}
