import {
  type Answer,
  describeAnswer,
  fail,
  missed,
  NotTested,
  pass,
  secretSegments,
  type Verdict,
  warning,
} from "../evidence/index.ts";
import { deliver, installBody, send } from "../world/index.ts";
import { unknownAddress, withOtherSecret } from "./parts/addresses.ts";
import { defineRule } from "./rule.ts";

type Sent = { readonly url: string; readonly answer: Answer };

/** The same request to paths that do not exist and to the doors with another secret. */
type Alongside = { readonly unknown: readonly Sent[]; readonly near: readonly Sent[] };

type Seen = {
  readonly events: readonly Alongside[];
  readonly methods: readonly (Alongside & { readonly method: string })[];
  /** How long each of some answers took, in milliseconds. */
  readonly times: { readonly unknown: readonly number[]; readonly near: readonly number[] };
};

/** What has doors of its own for these says so to whoever asks. */
const otherMethods = ["GET", "PUT", "OPTIONS"];
const timesTaken = 5;
/** So much later each of some answers came than any of the others: no network does that. */
const tellingMilliseconds = 50;

export default defineRule({
  id: "wrong-path-alike",
  title: "A wrong secret looks like any unknown path",
  section: "6",
  holdsTo: "Compares in constant time, answers a wrong one with the same 404 as any unknown path.",
  severity: "minor",
  how: "The same event is sent to both URLs with another secret and to a path that does not exist, then what is no JSON, and an object without any field; status, type, text and the names of the headers of the answers are compared. Other methods that are answered in another way, and answers that always take longer, are a warning.",
  fix: "Let a wrong secret fall through to the handler that answers unknown paths, before the body and the method are looked at, and compare it without work that takes its time.",
  observe: async (world): Promise<Seen> => {
    const near = [world.options.callback, world.options.portal]
      .map(withOtherSecret)
      .filter((url) => url !== undefined);
    if (near.length === 0)
      throw new NotTested("The URLs hold no part that could be a secret.", "See the rule secret-address.");
    const far = placesAbove(world.options.callback).map((below) =>
      unknownAddress(world.options.callback, below),
    );
    const alongside = async (ask: (url: string) => Promise<Answer>): Promise<Alongside> => {
      const sent = (urls: readonly string[]) =>
        Promise.all(urls.map(async (url) => ({ url, answer: await ask(url) })));
      return { unknown: await sent(far), near: await sent(near) };
    };
    // Who reads a body before the secret says so by what he makes of a wrong one.
    const bodies = [installBody(world.tenant()), "{", {}];
    const events = await Promise.all(bodies.map((body) => alongside((url) => deliver(url, body))));
    const methods = await Promise.all(
      otherMethods.map(async (method) => ({ method, ...(await alongside((url) => send(method, url))) })),
    );
    return { events, methods, times: await timesOf(far[0] ?? "", near[0] ?? "") };
  },
  judge: judgeAlike,
});

/** One after the other, so that what slows the machine down slows both. */
async function timesOf(far: string, near: string): Promise<Seen["times"]> {
  const unknown: number[] = [];
  const ofNear: number[] = [];
  for (let count = 0; count < timesTaken; count += 1) {
    unknown.push((await deliver(far, {})).milliseconds);
    ofNear.push((await deliver(near, {})).milliseconds);
  }
  return { unknown, near: ofNear };
}

/** Fails on what any answer shows, and warns of what only shows to who looks for it. */
export function judgeAlike({ events, methods, times }: Seen): Verdict {
  const told = (answer: Answer | undefined) => (answer === undefined ? "" : describeAnswer(answer));
  const difference = "The difference tells where the doors are.";
  for (const one of events) {
    const wrong = differentIn(one);
    if (wrong === undefined) continue;
    const header = headersApart(wrong.answer, one.unknown[0]?.answer);
    const what =
      header === undefined
        ? `the app ${told(wrong.answer)}; on an unknown path it ${told(one.unknown[0]?.answer)}`
        : `the answer has the headers ${header}`;
    return fail(`With a wrong secret ${what}. ${difference}`);
  }
  for (const one of methods) {
    const wrong = differentIn(one);
    if (wrong !== undefined)
      return warning(
        `To ${one.method} with a wrong secret the app ${told(wrong.answer)}; on an unknown path it ${told(one.unknown[0]?.answer)}. ${difference}`,
      );
  }
  const [shortest, longest] = [Math.min(...times.near), Math.max(...times.unknown)];
  if (shortest > longest + tellingMilliseconds)
    return missed(
      warning(
        `With a wrong secret each of ${times.near.length} answers took ${Math.round(shortest)} ms or more, on an unknown path ${Math.round(longest)} ms at most. ${difference}`,
      ),
    );
  return pass(`Both: ${told(events[0]?.near[0]?.answer)}.`);
}

/** What is answered in another way than every unknown path. */
function differentIn({ unknown, near }: Alongside): Sent | undefined {
  return near.find((one) => unknown.every((other) => alike(one) !== alike(other)));
}

/** The names of the headers, where those are all that differs. */
function headersApart(answer: Answer, beside: Answer | undefined): string | undefined {
  if (beside === undefined || answer.status !== beside.status || answer.text !== beside.text)
    return undefined;
  const [names, others] = [headerNames(answer), headerNames(beside)];
  if (names.join() === others.join()) return undefined;
  return `${names.join(", ")}; on an unknown path ${others.join(", ")}`;
}

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
function alike({ url, answer }: Sent): string {
  const { pathname } = new URL(url);
  const text = [pathname, decodeURIComponent(pathname)]
    .reduce((known, path) => known.replaceAll(path, "PATH"), answer.text)
    .replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}|[0-9a-zA-Z_-]{16,}|\d{4}-\d\d-\d\dT[\d:.]+Z?/g, "…");
  return `${answer.status} ${answer.headers["content-type"] ?? ""} ${headerNames(answer).join()} ${text}`;
}

/** Those that say how an answer is sent, or how often one may ask, come and go by themselves. */
const passing =
  /^(date|connection|keep-alive|content-length|transfer-encoding|content-encoding|vary|age|etag|set-cookie|retry-after)$|rate-?limit/;

function headerNames({ headers }: Answer): readonly string[] {
  return Object.keys(headers)
    .filter((name) => !passing.test(name))
    .toSorted();
}
