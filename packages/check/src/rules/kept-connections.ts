import { describeAnswer, fail, missed, NotTested, pass } from "../evidence/index.ts";
import {
  install,
  installBody,
  isLaunched,
  launchAnswer,
  longestAnswer,
  pause,
  sendRaw,
  type World,
} from "../world/index.ts";
import { unknownAddress } from "./parts/addresses.ts";
import portalAccepted from "./portal-accepted.ts";
import { defineRule } from "./rule.ts";

export default defineRule({
  id: "kept-connections",
  title: "Several events on one connection are all understood",
  section: "9",
  holdsTo:
    "Install, uninstall, and portal generation endpoints should return within 10 seconds, whatever proxy stands in between.",
  severity: "serious",
  how: "On one connection that is kept open two install events are sent one after another, and on another one a body for an unknown path before an install event; each installation is then launched. While a third is open and idle an install event comes on a fourth. A server may close a connection after an answer.",
  fix: "Read or discard the whole body of every request, refused ones too, or answer with Connection: close. Give every answer a length, and serve connections side by side.",
  standsOn: [portalAccepted],
  isLong: true,
  observe: async (world) => {
    const { protocol } = new URL(world.options.callback);
    if (protocol !== "http:")
      throw new NotTested(
        "The callback URL is https.",
        "It needs a plain http URL, which the checker can write by hand.",
      );
    return [...(await twoEvents(world)), ...(await afterRefused(world)), ...(await besideIdle(world))];
  },
  judge: (problems) =>
    problems.length === 0
      ? pass("Each was understood, or the connection was closed after an answer.")
      : missed(fail(...problems)),
});

async function twoEvents(world: World): Promise<readonly string[]> {
  const tenants = [world.tenant(), world.tenant()];
  const { callback } = world.options;
  const sent = await sendBoth(
    callback,
    tenants.map((tenant, place) => request(callback, JSON.stringify(installBody(tenant)), place === 1)),
  );
  if (sent.closedEarly) return [];
  const launched = await Promise.all(tenants.map((tenant) => launchAnswer(world, tenant)));
  if (sent.answers.length >= 2 && launched.every(isLaunched)) return [];
  return [
    `Of two install events on one connection ${sent.answers.length} were answered and ${launched.filter(isLaunched).length} can be launched.`,
  ];
}

async function afterRefused(world: World): Promise<readonly string[]> {
  const tenant = world.tenant();
  const { callback } = world.options;
  const refused = JSON.stringify({ padding: "x".repeat(2000) });
  const sent = await sendBoth(callback, [
    request(unknownAddress(callback), refused, false),
    request(callback, JSON.stringify(installBody(tenant)), true),
  ]);
  if (sent.closedEarly || isLaunched(await launchAnswer(world, tenant))) return [];
  return [
    `An install event that followed a refused request on the same connection was answered "${sent.answers[1] ?? "nothing"}" and can't be launched: the body of the refused one was read as the next request.`,
  ];
}

/** A proxy keeps its connections open between requests, each for itself. */
async function besideIdle(world: World): Promise<readonly string[]> {
  const { callback } = world.options;
  const first = request(callback, JSON.stringify(installBody(world.tenant())), false);
  const done = Promise.withResolvers<void>();
  const idle = sendRaw(callback, [first], { milliseconds: longestAnswer * 2, ends: done.promise });
  await pause(untilIdle);
  const answer = await install(world, world.tenant());
  done.resolve();
  await idle;
  if (answer.status !== null && answer.milliseconds < longestAnswer) return [];
  return [
    `While another connection was open and idle, an install event was not answered within 10 s: the app ${describeAnswer(answer)}. It serves one connection after another.`,
  ];
}

type Sent = {
  /** The first line of each answer. */
  readonly answers: readonly string[];
  /** Closing a connection after an answer is a server's right, and a client sends again. */
  readonly closedEarly: boolean;
};

const longest = 6000;
const untilIdle = 700;

async function sendBoth(url: string, requests: readonly string[]): Promise<Sent> {
  const began = performance.now();
  const received = await sendRaw(url, requests, { pauseMilliseconds: 700, milliseconds: longest });
  const answers = received.match(/HTTP\/1\.[01] \d{3}[^\r\n]*/g) ?? [];
  return { answers, closedEarly: answers.length < 2 && performance.now() - began < longest };
}

function request(url: string, body: string, last: boolean): string {
  const { pathname, search, host } = new URL(url);
  return `POST ${pathname}${search} HTTP/1.1\r\nHost: ${host}\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: ${last ? "close" : "keep-alive"}\r\n\r\n${body}`;
}
