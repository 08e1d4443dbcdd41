import { describeAnswer, fail, succeeded } from "../evidence/index.ts";
import { pause, uninstall } from "../world/index.ts";
import installAccepted from "./install-accepted.ts";
import { beginWork } from "./parts/beginning.ts";
import { behindThePage, judgeWork, ordinaryWrites, seeWork } from "./parts/work.ts";
import { defineRule } from "./rule.ts";

const held = 3000;

export default defineRule({
  id: "work-after-answer",
  title: "The work after the answer goes on when Cloud was away for a moment",
  section: "9",
  holdsTo: "For slower jobs, return a successful response first, then continue the work in the background.",
  severity: "serious",
  how: "The tenant's instance is stopped for three seconds after the install; then it runs, and it is watched whether the work of an ordinary install gets done, however long that takes, or comes to a standstill.",
  fix: "Keep work in a durable queue and try it again with growing pauses until Cloud answers.",
  standsOn: [installAccepted],
  needs: ["start"],
  pace: "work",
  observe: async (world) => {
    const ordinary = behindThePage(await ordinaryWrites(world));
    const tenant = world.tenant();
    const begun = await beginWork(world, tenant, () =>
      world.front.meets(tenant, { fault: "instance-stopped" }),
    );
    const { answer } = begun;
    await pause(held);
    await begun.clear();
    const work = succeeded(answer) ? await seeWork(world, tenant, ordinary, { begun }) : undefined;
    await uninstall(world, tenant);
    return { answer, work };
  },
  judge: ({ answer, work }) =>
    work === undefined
      ? fail(`The install event was not accepted while Cloud was away: the app ${describeAnswer(answer)}.`)
      : judgeWork(work, "after Cloud came back"),
});
