import { type Answer, describeAnswer, fail, NotTested, pass, type Verdict } from "../evidence/index.ts";
import { deliver, installBody } from "../world/index.ts";
import { unknownAddress, withOtherSecret } from "./addresses.ts";
import { defineRule } from "./rule.ts";

export default defineRule({
  id: "wrong-path-alike",
  title: "A wrong secret looks like any unknown path",
  section: "6",
  holdsTo: "Answers a wrong one with the same 404 as any unknown path.",
  severity: "minor",
  how: "The same event is sent to both URLs with another secret and to a path that does not exist; status, type and text of the answers are compared.",
  fix: "Let a wrong secret fall through to the handler that answers unknown paths, before the body is read.",
  observe: async (world) => {
    const near = [world.options.callback, world.options.portal]
      .map(withOtherSecret)
      .filter((url) => url !== undefined);
    if (near.length === 0)
      throw new NotTested("The URLs hold no part that could be a secret.", "See the rule secret-address.");
    const body = installBody(world.tenant());
    const unknown = unknownAddress(world.options.callback);
    return {
      unknown: { url: unknown, answer: await deliver(unknown, body) },
      near: await Promise.all(near.map(async (url) => ({ url, answer: await deliver(url, body) }))),
    };
  },
  judge: ({ unknown, near }): Verdict => {
    const different = near.find((one) => alike(one) !== alike(unknown));
    if (different === undefined) return pass(`Both: ${describeAnswer(unknown.answer)}.`);
    return fail(
      `With a wrong secret the app ${describeAnswer(different.answer)}; on an unknown path it ${describeAnswer(unknown.answer)}. The difference tells where the doors are.`,
    );
  },
});

/** What an onlooker can compare, without the path itself and what differs between any two answers. */
function alike({ url, answer }: { readonly url: string; readonly answer: Answer }): string {
  const { pathname } = new URL(url);
  const text = [pathname, decodeURIComponent(pathname)]
    .reduce((known, path) => known.replaceAll(path, "PATH"), answer.text)
    .replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}|[0-9a-zA-Z_-]{16,}|\d{4}-\d\d-\d\dT[\d:.]+Z?/g, "…");
  return `${answer.status} ${answer.headers["content-type"] ?? ""} ${text}`;
}
