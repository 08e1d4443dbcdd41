import { fail, NotTested, pass } from "../evidence/index.ts";
import { installBody, isLaunched, launchAnswer, sendRaw, type World } from "../world/index.ts";
import { unknownAddress } from "./addresses.ts";
import { defineRule } from "./rule.ts";

export default defineRule({
  id: "kept-connections",
  title: "Several events on one connection are all understood",
  section: "9",
  holdsTo:
    "Install, uninstall, and portal generation endpoints should return within 10 seconds, whatever proxy stands in between.",
  severity: "serious",
  how: "On one connection that is kept open two install events are sent one after another, and on another one a body for an unknown path before an install event; each installation is then launched. A server that announces that it closes the connection is taken at its word.",
  fix: "Read or discard the whole body of every request, refused ones too, or answer with Connection: close. Give every answer a length.",
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
      ? pass("Each was understood, or the connection closed as announced.")
      : fail(problems.join(" ")),
});

async function twoEvents(world: World): Promise<readonly string[]> {
  const tenants = [world.tenant(), world.tenant()];
  const { callback } = world.options;
  const received = await sendRaw(
    callback,
    tenants.map((tenant, place) => request(callback, JSON.stringify(installBody(tenant)), place === 1)),
    { pauseMilliseconds: 700 },
  );
  if (announcesClose(received) && answersIn(received) === 1) return [];
  const launched = await Promise.all(tenants.map((tenant) => launchAnswer(world, tenant)));
  if (answersIn(received) >= 2 && launched.every(isLaunched)) return [];
  return [
    `Of two install events on one connection ${answersIn(received)} were answered and ${launched.filter(isLaunched).length} can be launched.`,
  ];
}

async function afterRefused(world: World): Promise<readonly string[]> {
  const tenant = world.tenant();
  const { callback } = world.options;
  const body = JSON.stringify(installBody(tenant));
  const received = await sendRaw(
    callback,
    [
      request(unknownAddress(callback), JSON.stringify({ padding: "x".repeat(2000) }), false),
      request(callback, body, true),
    ],
    { pauseMilliseconds: 700 },
  );
  if (answersIn(received) <= 1 && (announcesClose(received) || received === "")) return [];
  if (isLaunched(await launchAnswer(world, tenant))) return [];
  const last =
    received
      .split(/(?=HTTP\/1\.[01] \d{3})/)
      .at(-1)
      ?.split("\r\n", 1)[0] ?? "nothing";
  return [
    `An install event that followed a refused request on the same connection was answered "${last}" and can't be launched: the body of the refused one was read as the next request.`,
  ];
}

function request(url: string, body: string, last: boolean): string {
  const { pathname, search, host } = new URL(url);
  return `POST ${pathname}${search} HTTP/1.1\r\nHost: ${host}\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: ${last ? "close" : "keep-alive"}\r\n\r\n${body}`;
}

function answersIn(received: string): number {
  return received.match(/HTTP\/1\.[01] \d{3}/g)?.length ?? 0;
}

/** In the first answer. HTTP/1.0 closes unless it says otherwise. */
function announcesClose(received: string): boolean {
  const [head = ""] = received.split("\r\n\r\n", 1);
  return /^connection:\s*close/im.test(head) || (/^HTTP\/1\.0/.test(head) && !/keep-alive/i.test(head));
}
