import { fail, missed, NotTested, pass } from "../evidence/index.ts";
import { installBody, isLaunched, launchAnswer, sendRaw, type World } from "../world/index.ts";
import { unknownAddress } from "./addresses.ts";
import portalAccepted from "./portal-accepted.ts";
import { defineRule } from "./rule.ts";

export default defineRule({
  id: "kept-connections",
  title: "Several events on one connection are all understood",
  section: "9",
  holdsTo:
    "Install, uninstall, and portal generation endpoints should return within 10 seconds, whatever proxy stands in between.",
  severity: "serious",
  how: "On one connection that is kept open two install events are sent one after another, and on another one a body for an unknown path before an install event; each installation is then launched. A server may close a connection after an answer.",
  fix: "Read or discard the whole body of every request, refused ones too, or answer with Connection: close. Give every answer a length.",
  standsOn: [portalAccepted],
  observe: async (world) => {
    const { protocol } = new URL(world.options.callback);
    if (protocol !== "http:")
      throw new NotTested(
        "The callback URL is https.",
        "It needs a plain http URL, which the checker can write by hand.",
      );
    return [...(await twoEvents(world)), ...(await afterRefused(world))];
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

type Sent = {
  /** The first line of each answer. */
  readonly answers: readonly string[];
  /** Closing a connection after an answer is a server's right, and a client sends again. */
  readonly closedEarly: boolean;
};

const longest = 6000;

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
