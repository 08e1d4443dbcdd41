import { describeAnswer, succeeded } from "../evidence/index.ts";
import { deliver, installBody, isLaunched, launchAnswer } from "../world/index.ts";
import { inEachEdition, passesInEach } from "./parts/judging.ts";
import portalAccepted from "./portal-accepted.ts";
import { defineRule } from "./rule.ts";

type Form = {
  readonly name: string;
  readonly type: string;
  write(body: Readonly<Record<string, unknown>>): string;
};

const json = "application/json";
/** Half of what an app has to read before it may refuse a body for its size. */
const manyBytes = 32 * 1024;
const forms: readonly Form[] = [
  {
    name: "a charset in the content type",
    type: "application/json; charset=utf-8",
    write: (body) => JSON.stringify(body),
  },
  { name: "a byte order mark", type: json, write: (body) => `\ufeff${JSON.stringify(body)}` },
  {
    name: "unknown extra fields",
    type: json,
    write: (body) =>
      JSON.stringify({ ...body, region: "eu", plan: { seats: 3 }, features: ["x"], organization_name: null }),
  },
  {
    name: "extra fields in any script",
    type: json,
    write: (body) =>
      JSON.stringify({ ...body, workspace_name: "株式会社 Çelik & Søn 😀", note: 'a "b"\n\u2028' }),
  },
  {
    name: "extra fields of many kilobytes",
    type: json,
    write: (body) => JSON.stringify({ ...body, workspace_settings: "x".repeat(manyBytes) }),
  },
  {
    name: "its keys in another order",
    type: json,
    write: (body) => JSON.stringify(Object.fromEntries(Object.entries(body).toReversed())),
  },
  {
    name: "white space between everything",
    type: json,
    write: (body) => `\n${JSON.stringify(body, null, 4)}\n`,
  },
];

export default defineRule({
  id: "tolerant-json",
  title: "Legal differences in an event's JSON are accepted",
  section: "5",
  holdsTo:
    "Content type with a charset, a byte order mark, unknown extra fields, keys in any order: accepted.",
  severity: "serious",
  how: "An install event is sent in each of these forms and then launched.",
  fix: "Decode the body as UTF-8 with an optional byte order mark, read it with a JSON parser whatever parameters the content type has, and ignore fields you don't know.",
  standsOn: [portalAccepted],
  observe: (world) =>
    inEachEdition(world, async (edition) => {
      const found = forms.map(async ({ name, type, write }) => {
        const tenant = world.tenant({ edition });
        const answer = await deliver(world.options.callback, write(installBody(tenant)), {
          headers: { "content-type": type },
        });
        if (!succeeded(answer))
          return [`An install event with ${name} was refused: the app ${describeAnswer(answer)}.`];
        if (isLaunched(await launchAnswer(world, tenant))) return [];
        return [`An install event with ${name} was answered 2xx but the app can't be launched.`];
      });
      return (await Promise.all(found)).flat();
    }),
  judge: passesInEach(`Accepted: ${forms.map(({ name }) => name).join(", ")}.`),
});
