import { expect, test } from "vitest";
import { smallApp } from "../../test/small-app.ts";
import { type Answer, type Exchange, NotTested } from "../evidence/index.ts";
import type { World } from "../world/index.ts";
import linkExpires, { exchangesAmong, judgeExpired } from "./link-expires.ts";

const token = "8Jx2mQvLr0aTzK5wYdNfGhBc1sEuPi7o";
const session = "Zk3Vw9XcAq6RtM1yLbHn4DpJe8GsUf0i";
const other = "Tn5Ls8QbWx2EvKy7RzMf3HdAj0PuCg6c";

const answer = (text: string, status = 200): Answer => ({
  status,
  headers: {},
  cookies: [],
  text,
  milliseconds: 1,
  error: null,
});
const call = (
  path: string,
  requestHeaders: Record<string, string>,
  text = "",
  requestBody = "",
): Exchange => ({
  method: "POST",
  url: `https://app.example${path}`,
  requestHeaders,
  requestBody,
  answer: answer(text),
});
const later = call("/api/notes", { authorization: `Bearer ${session}` });

test("the call that gives a link for a session is found", () => {
  const exchange = call("/api/session", {}, JSON.stringify({ session }), JSON.stringify({ token }));
  expect(exchangesAmong([exchange, later], token)).toEqual([exchange]);
});

test.for([
  [
    "a call that tells where it came from",
    call("/api/me", { referer: `https://app.example/enter?token=${token}` }, session),
  ],
  [
    "a call that a session of its own lets in",
    call("/api/me", { authorization: `Bearer ${other}` }, session, JSON.stringify({ token })),
  ],
] as const)("%s is none", ([, one]) => {
  expect(exchangesAmong([one, later], token)).toEqual([]);
});

const ended = {
  exchanged: undefined,
  marks: ["Quillfern"],
  good: answer("<p>Quillfern</p>"),
  html: undefined,
  refusals: 0,
};

test("a link that was used in time and is refused afterwards passes, and one that was used too late is not tested", () => {
  const late = answer("", 410);
  expect(judgeExpired({ ...ended, late, isLate: false }).verdict).toBe("pass");
  expect(() => judgeExpired({ ...ended, late, isLate: true })).toThrow(NotTested);
});

test("a link that still opens its page stands against the app, however late it was used", () => {
  expect(judgeExpired({ ...ended, late: ended.good, isLate: true }).verdict).toBe("fail");
});

test("so does one that is still exchanged for a session", () => {
  const exchanged = call("/api/session", {}, JSON.stringify({ session }), JSON.stringify({ token }));
  expect(judgeExpired({ ...ended, exchanged, late: answer("", 410), isLate: true }).evidence).toContain(
    "still exchanged for a session, by POST /api/session",
  );
});

test("a link whose life may have begun when it was asked for, not when it came, is not said to have been used in time", async () => {
  const world = await smallApp({ launchMilliseconds: 200, linkMilliseconds: 300 }, { linkSeconds: 0.3 });
  await expect(linkExpires.check(world)).rejects.toThrow(/over before it was used once more/);
});

test("a browser that ends while the link is waited for ends the rule, and nothing else", async () => {
  let asked = 0;
  const browser = () => {
    asked += 1;
    return asked === 1 ? Promise.resolve({}) : Promise.reject(new Error("It has ended."));
  };
  const world = await smallApp({}, { linkSeconds: 0.3 }, { browser } as unknown as Partial<World>);
  await expect(linkExpires.check(world)).rejects.toThrow("It has ended.");
});
