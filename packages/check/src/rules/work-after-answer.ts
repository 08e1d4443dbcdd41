import { describeAnswer, fail, NotTested, pass, succeeded } from "../evidence/index.ts";
import { install, uninstall, until } from "../world/index.ts";
import { defineRule } from "./rule.ts";
import { isWrite, ordinaryWork } from "./watching.ts";

const held = 3000;
const longest = 45_000;

export default defineRule({
  id: "work-after-answer",
  title: "The work after the answer goes on when Cloud was away for a moment",
  section: "9",
  holdsTo: "For slower jobs, return a successful response first, then continue the work in the background.",
  severity: "serious",
  how: "Cloud does not answer a tenant's calls for three seconds after the install; then it does, and it is watched whether the work an ordinary install does gets done.",
  fix: "Keep work in a durable queue and try it again with growing pauses until Cloud answers.",
  needs: ["start"],
  pace: "work",
  observe: async (world) => {
    const ordinary = (await ordinaryWork(world)).calls.filter(
      (call) => isWrite(call) && call.status !== null && call.status < 300,
    );
    if (ordinary.length === 0)
      throw new NotTested(
        "The app writes nothing to Cloud after an install.",
        "It needs an app that works in the background.",
      );
    const tenant = world.tenant();
    const began = performance.now();
    const clear = world.front.weather(tenant, () => ({
      kind: "answer",
      status: 503,
      body: '{"error":"The instance is stopped.","code":"instance_unavailable"}',
      headers: { "retry-after": "1" },
    }));
    const answer = await install(world, tenant);
    await until(() => performance.now() - began > held, held + 1000);
    clear();
    const done = () =>
      tenant.calls.filter((call) => isWrite(call) && call.status !== null && call.status < 300).length;
    await until(() => done() >= ordinary.length, longest);
    const seen = { answer, wanted: ordinary.length, done: done(), tried: tenant.calls.length };
    await uninstall(world, tenant);
    return seen;
  },
  judge: ({ answer, wanted, done, tried }) => {
    if (!succeeded(answer))
      return fail(
        `The install event was not accepted while Cloud was away: the app ${describeAnswer(answer)}.`,
      );
    if (done >= wanted) return pass(`All ${wanted} writes were done after Cloud came back.`);
    return fail(
      `Of the ${wanted} writes an install brings about, ${done} were done within ${longest / 1000} s after Cloud came back (${tried} calls were tried).`,
    );
  },
});
