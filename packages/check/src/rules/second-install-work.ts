import { type CloudCall, describeAnswer, fail, NotTested, pass, succeeded } from "../evidence/index.ts";
import { install, installed, pause, uninstall, until } from "../world/index.ts";
import { defineRule } from "./rule.ts";
import { isWrite, ordinaryWork, writesOf } from "./watching.ts";

const undecided = 3000;
const longest = 45_000;

export default defineRule({
  id: "second-install-work",
  title:
    "Of two installations of an instance neither works before Cloud has said which is true, and then the true one does",
  section: "5",
  holdsTo:
    "Right after the answer Cloud is asked with the older key. Until the answer, background work starts for neither.",
  severity: "serious",
  how: "A second install event arrives while Cloud gives no clear answer to either key; for three seconds the newer one must make no call of those that an ordinary install brings about. Then Cloud calls the older key revoked, and the newer one's work must get done.",
  fix: "Hold the work of a second installation back while it is open which one is true, and queue it in the transaction that ends the older one.",
  needs: ["start"],
  pace: "work",
  observe: async (world) => {
    const ordinary = await ordinaryWork(world);
    const wanted = writesOf(ordinary).length;
    if (wanted === 0)
      throw new NotTested(
        "The app writes nothing to Cloud after an install.",
        "It needs an app that works in the background.",
      );
    const older = await installed(world);
    await until(() => writesOf(older).length >= wanted, longest);
    const known = older.calls.length;
    const newer = world.tenant({ inPlaceOf: older });
    const away = [older, newer].map((tenant) => world.front.weather(tenant, () => unclear));
    const answer = await install(world, newer);
    await pause(undecided);
    const early = newer.calls.filter((call) => isWork(call, ordinary.calls, older.calls.slice(known))).length;
    for (const end of away) end();
    const clear = world.front.weather(older, () => revoked);
    if (early === 0 && succeeded(answer)) await until(() => writesOf(newer).length >= wanted, longest);
    const seen = { answer, wanted, early, done: writesOf(newer).length };
    clear();
    await uninstall(world, newer);
    await uninstall(world, older);
    return seen;
  },
  judge: ({ answer, wanted, early, done }) => {
    if (!succeeded(answer))
      return fail(`The second installation was not accepted: the app ${describeAnswer(answer)}.`);
    if (early > 0)
      return fail(
        `While it was open which of two installations is true, the newer one began to work (${early} calls); had Cloud answered them, the work of an installation that it may have cancelled would be in the books.`,
      );
    return done >= wanted
      ? pass("Nothing while it was open, then all of it.")
      : fail(
          `After Cloud had called the older key revoked, ${done} of the newer installation's ${wanted} writes were done within ${longest / 1000} s.`,
        );
  },
});

/** A write, or a read such as an ordinary install brings about and such as the older key is not asked with. */
function isWork(call: CloudCall, ordinary: readonly CloudCall[], questions: readonly CloudCall[]): boolean {
  const kind = kindOf(call);
  const isOrdinary = ordinary.some((one) => kindOf(one) === kind);
  return isWrite(call) || (isOrdinary && !questions.some((one) => kindOf(one) === kind));
}

function kindOf({ method, path }: CloudCall): string {
  const { pathname, searchParams } = new URL(path, "http://cloud");
  return `${method} ${pathname} ${[...searchParams.keys()].toSorted().join(" ")}`;
}

const unclear = { kind: "answer", status: 502, type: "text/html", body: "<h1>Bad gateway</h1>" } as const;
const revoked = {
  kind: "answer",
  status: 401,
  body: '{"error":"This key was revoked.","code":"key_revoked"}',
} as const;
