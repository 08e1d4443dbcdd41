import {
  type Answer,
  type CloudCall,
  describeAnswer,
  fail,
  harm,
  pass,
  succeeded,
  type Verdict,
  warning,
} from "../evidence/index.ts";
import {
  deliver,
  installBody,
  installed,
  isLaunched,
  launchAnswer,
  openPortal,
  type Tenant,
  type World,
} from "../world/index.ts";
import { isWrite, quiet, stir } from "./parts/watching.ts";
import portalAccepted from "./portal-accepted.ts";
import { defineRule } from "./rule.ts";
import uninstallNamesOne from "./uninstall-names-one.ts";

type Seen = { readonly answer: Answer; readonly launched: boolean; readonly used: number };

export default defineRule({
  id: "changed-key",
  title: "A delivery whose key alone is other doesn't replace a key that works",
  section: "5",
  holdsTo:
    "Same idempotency_key, different body: refused with 409 and logged, unless only api_key differs and the stored key has since been rejected by Cloud with 401.",
  severity: "critical",
  how: "After an install its event is sent again with the same idempotency_key and another api_key; the app must go on with the first. With --start it is watched which key its calls carry.",
  fix: "Count the key (its hash) into the fingerprint that is stored beside each idempotency_key, and answer 409 where it differs while the stored key works. Whoever could replace it would lead the app's calls elsewhere.",
  standsOn: [portalAccepted, uninstallNamesOne],
  isLong: true,
  opensPage: true,
  observe: async (world): Promise<Seen> => {
    const tenant = await installed(world);
    if (world.process !== undefined) await quiet(world, tenant);
    const other = world.rekeyed(tenant);
    const answer = await deliver(world.options.callback, installBody(other));
    const answered = other.calls.length;
    const launched = isLaunched(await launchAnswer(world, tenant));
    if (launched) await visit(world, tenant);
    if (world.process !== undefined) await quiet(world, other, 1500);
    return { answer, launched, used: other.calls.filter(isUse(answered)).length };
  },
  judge: ({ answer, launched, used }): Verdict => {
    if (used > 0)
      return harm(
        fail(
          `The app took the other key without a word and used it ${used} times (it ${describeAnswer(answer)}).`,
        ),
      );
    if (!launched)
      return fail(
        `After a delivery with another key the installation can't be launched; the app ${describeAnswer(answer)}.`,
      );
    if (answer.status === null || answer.status >= 500)
      return fail(`A delivery with another key broke the app: it ${describeAnswer(answer)}.`);
    return succeeded(answer)
      ? warning(
          `The app ${describeAnswer(answer)} instead of refusing with 409: whether it took the other key could not be seen.`,
        )
      : pass(`Refused (${answer.status}), and the first key went on.`);
  },
});

/** Reads before the answer may only ask whether Cloud knows the key at all; what writes with it has taken it. */
function isUse(answered: number): (call: CloudCall, place: number) => boolean {
  return (call, place) => place >= answered || isWrite(call);
}

async function visit(world: World, tenant: Tenant): Promise<void> {
  if (world.options.fast === true || world.process === undefined) return stir(world, tenant);
  const { frame } = await openPortal(world, tenant);
  await frame.close();
}
