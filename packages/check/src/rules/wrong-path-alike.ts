import {
  type Answer,
  describeAnswer,
  fail,
  NotTested,
  pass,
  secretSegments,
  type Verdict,
} from "../evidence/index.ts";
import { deliver, installBody } from "../world/index.ts";
import { unknownAddress, withOtherSecret } from "./parts/addresses.ts";
import { defineRule } from "./rule.ts";

export default defineRule({
  id: "wrong-path-alike",
  title: "A wrong secret looks like any unknown path",
  section: "6",
  holdsTo: "Answers a wrong one with the same 404 as any unknown path.",
  severity: "minor",
  how: "The same event is sent to both URLs with another secret and to a path that does not exist, then what is no JSON, and an object without any field; status, type and text of the answers are compared.",
  fix: "Let a wrong secret fall through to the handler that answers unknown paths, before the body is read.",
  observe: async (world) => {
    const near = [world.options.callback, world.options.portal]
      .map(withOtherSecret)
      .filter((url) => url !== undefined);
    if (near.length === 0)
      throw new NotTested("The URLs hold no part that could be a secret.", "See the rule secret-address.");
    const far = placesAbove(world.options.callback).map((below) =>
      unknownAddress(world.options.callback, below),
    );
    const sent = (urls: readonly string[], body: unknown) =>
      Promise.all(urls.map(async (url) => ({ url, answer: await deliver(url, body) })));
    // Who reads a body before the secret says so by what he makes of a wrong one.
    return Promise.all(
      [installBody(world.tenant()), "{", {}].map(async (body) => ({
        unknown: await sent(far, body),
        near: await sent(near, body),
      })),
    );
  },
  judge: (bodies): Verdict => {
    const [wrong] = bodies.flatMap(({ unknown, near }) => {
      const different = near.find((one) => unknown.every((other) => alike(one) !== alike(other)));
      return different === undefined ? [] : [{ different, beside: unknown[0] }];
    });
    const told = (answer: Answer | undefined) => (answer === undefined ? "" : describeAnswer(answer));
    if (wrong === undefined) return pass(`Both: ${told(bodies[0]?.near[0]?.answer)}.`);
    return fail(
      `With a wrong secret the app ${told(wrong.different.answer)}; on an unknown path it ${told(wrong.beside?.answer)}. The difference tells where the doors are.`,
    );
  },
});

/**
 * Where an app may begin, from the root of its origin on: below a server's own paths it answers unknown ones in its own
 * way, which tells nobody of its doors. What stands right before the secret may be the doors' own.
 */
function placesAbove(callback: string): readonly string[] {
  const { pathname } = new URL(callback);
  const [secret] = secretSegments(callback);
  const names = pathname.split("/").filter((name) => name !== "");
  const before = names.slice(0, Math.max(0, names.indexOf(encodeURIComponent(secret ?? "")) - 1));
  return ["", ...before.map((_, place) => `/${before.slice(0, place + 1).join("/")}`)];
}

/** What an onlooker can compare, without the path itself and what differs between any two answers. */
function alike({ url, answer }: { readonly url: string; readonly answer: Answer }): string {
  const { pathname } = new URL(url);
  const text = [pathname, decodeURIComponent(pathname)]
    .reduce((known, path) => known.replaceAll(path, "PATH"), answer.text)
    .replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}|[0-9a-zA-Z_-]{16,}|\d{4}-\d\d-\d\dT[\d:.]+Z?/g, "…");
  return `${answer.status} ${answer.headers["content-type"] ?? ""} ${text}`;
}
