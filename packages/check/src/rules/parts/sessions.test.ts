import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import type { Answer, Exchange } from "../../evidence/index.ts";
import { sessionsOf } from "./sessions.ts";

const origin = "https://a.test";
const random = () => randomBytes(16).toString("hex");
const answered = (status: number): Answer => ({
  status,
  headers: {},
  cookies: [],
  text: "",
  milliseconds: 3,
  error: null,
});

function call(
  requestHeaders: Record<string, string>,
  path = "/api",
  given: Partial<Exchange> = {},
): Exchange {
  return {
    method: "GET",
    url: origin + path,
    requestHeaders,
    requestBody: "",
    answer: answered(200),
    ...given,
  };
}

/** An app that lets in whoever says one of these in the header, and shows its files to everybody. */
const letsIn =
  (...sessions: readonly string[]) =>
  async ({ url, requestHeaders }: Exchange) => {
    const given = `${requestHeaders["authorization"]} ${requestHeaders["cookie"]}`;
    return answered(url.endsWith(".js") || sessions.some((one) => given.includes(one)) ? 200 : 401);
  };

const sessionsIn = (exchanges: readonly Exchange[], ask: (call: Exchange) => Promise<Answer>) =>
  sessionsOf({ urls: [`${origin}/one`, `${origin}/two`], exchanges, marks: [] }, ask);

test("a session is what alone lets in; what only goes along is none", async () => {
  const [session, csrf, visitor, author] = [random(), random(), random(), random()];
  const headers = { authorization: `Bearer ${session}`, "x-csrf-token": csrf, cookie: `visitor=${visitor}` };
  const calls = [call(headers, `/api?author_id=${author}`), call(headers), call(headers, "/page.js")];
  expect(await sessionsIn(calls, letsIn(session))).toEqual([session]);
});

test("each visit's own session is found, though one call alone carries it, in a cookie too", async () => {
  const [first, second] = [random(), random()];
  const calls = [call({ cookie: `sid=${first}` }), call({ authorization: `Bearer ${second}` })];
  expect(await sessionsIn(calls, letsIn(first, second))).toEqual([first, second]);
});

test("where the session is over, or everybody is let in, nothing is called a session", async () => {
  const session = random();
  const calls = [call({ authorization: `Bearer ${session}` })];
  expect(await sessionsIn(calls, letsIn())).toEqual([]);
  expect(await sessionsIn(calls, async () => answered(200))).toEqual([]);
});

test("a session in the address of each call is found; a record's number beside a session is none", async () => {
  const [session, other, note] = [random(), random(), random()];
  const inPath = async ({ url }: Exchange) => answered(url.includes(`/of/${session}/`) ? 200 : 401);
  expect(await sessionsIn([call({}, `/of/${session}/notes/${note}`)], inPath)).toEqual([session]);
  const inQuery = async ({ url }: Exchange) => answered(url.includes(`of=${other}`) ? 200 : 401);
  expect(await sessionsIn([call({}, `/notes/${note}?of=${other}`)], inQuery)).toEqual([other]);
});
