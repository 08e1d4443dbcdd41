import { fail, missed, NotTested, pass, warning } from "../evidence/index.ts";
import { installBody, isLaunched, launchAnswer, sendRaw, type World } from "../world/index.ts";
import portalAccepted from "./portal-accepted.ts";
import { defineRule } from "./rule.ts";

type Way = { readonly name: string; write(path: string, host: string, body: string): readonly string[] };

const size = (body: string) => Buffer.byteLength(body);
const chunked = "in chunks of a few bytes";
const ways: readonly Way[] = [
  {
    name: chunked,
    write: (path, host, body) => [
      `POST ${path} HTTP/1.1\r\nHost: ${host}\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n`,
      ...[body.slice(0, 7), body.slice(7, 90), body.slice(90)].map(
        (part) => `${size(part).toString(16)}\r\n${part}\r\n`,
      ),
      "0\r\n\r\n",
    ],
  },
  {
    name: "with unusual letters in its header names",
    write: (path, host, body) => [
      `POST ${path} HTTP/1.1\r\nhOST: ${host}\r\nCONTENT-TYPE:application/json\r\ncontent-LENGTH:   ${size(body)}\r\nX-Empty:\r\nConnection: close\r\n\r\n${body}`,
    ],
  },
  {
    name: "in two halves with a pause between",
    write: (path, host, body) => {
      const whole = `POST ${path} HTTP/1.1\r\nHost: ${host}\r\nContent-Type: application/json\r\nContent-Length: ${size(body)}\r\nConnection: close\r\n\r\n${body}`;
      return [whole.slice(0, whole.length - 120), "", "", "", whole.slice(-120)];
    },
  },
];

export default defineRule({
  id: "odd-http",
  title: "Odd but legal HTTP is understood",
  section: "9",
  holdsTo:
    "Install, uninstall, and portal generation endpoints should return within 10 seconds, whatever proxy stands in between.",
  severity: "serious",
  how: "Install events are sent in chunks, with oddly written headers, and in halves; each is then launched.",
  fix: "Leave reading HTTP to a server library, and read the whole body, whether its length is given or it comes in chunks.",
  standsOn: [portalAccepted],
  observe: async (world) => {
    const { protocol } = new URL(world.options.callback);
    if (protocol !== "http:")
      throw new NotTested(
        "The callback URL is https.",
        "It needs a plain http URL, which the checker can write by hand.",
      );
    return (await Promise.all(ways.map((way) => tryWay(world, way)))).flat();
  },
  judge: (problems) => {
    const grave = problems.filter(({ legalRefusal }) => !legalRefusal).map(({ text }) => text);
    if (grave.length > 0) return missed(fail(...grave));
    const [doubt] = problems;
    return doubt === undefined
      ? pass(`Understood: ${ways.map(({ name }) => name).join(", ")}.`)
      : warning(
          `${doubt.text} HTTP allows a server to refuse a body without Content-Length; a proxy in between may send one.`,
        );
  },
});

type Problem = { readonly text: string; readonly legalRefusal: boolean };

async function tryWay(world: World, { name, write }: Way): Promise<readonly Problem[]> {
  const { pathname, search, host } = new URL(world.options.callback);
  const tenant = world.tenant();
  const received = await sendRaw(
    world.options.callback,
    write(pathname + search, host, JSON.stringify(installBody(tenant))),
  );
  const status = /^HTTP\/1\.[01] (\d{3})/.exec(received)?.[1] ?? "nothing";
  const legalRefusal = name === chunked && /^4|^501/.test(status);
  if (!status.startsWith("2"))
    return [{ text: `An install event sent ${name} was answered with ${status}.`, legalRefusal }];
  if (isLaunched(await launchAnswer(world, tenant))) return [];
  return [
    {
      text: `An install event sent ${name} was answered ${status} but can't be launched.`,
      legalRefusal: false,
    },
  ];
}
