import { expect, test } from "vitest";
import { type Exchange, NotTested } from "../evidence/index.ts";
import { inTime, judgeFrame } from "./without-cookies.ts";

const mark = "Quillfern";
const call = (status: number, requestHeaders = {}, path = "/api/overview"): Exchange => ({
  method: "GET",
  url: `https://app.example${path}`,
  requestHeaders,
  requestBody: "",
  answer: { status, headers: {}, cookies: [], text: "", milliseconds: 1, error: null },
});
const page = (html: string, ...exchanges: readonly Exchange[]) => ({
  shown: true,
  text: html,
  html,
  exchanges,
});
const withCookie = { cookie: "session=1" };
const withToken = { authorization: "Bearer 1" };
const judge = (framed: ReturnType<typeof page>, alone: ReturnType<typeof page>, isOver = false) =>
  judgeFrame({ marks: [mark], framed, alone, isOver, none: undefined });

test("what shows in a tab by a cookie and not in the frame is missed there", () => {
  const verdict = judge(page("", call(401)), page(mark, call(200, withCookie)));
  expect(verdict).toMatchObject({ verdict: "fail", ground: "missed" });
});

test("so is a call that is refused in the frame and answered in a tab by a cookie", () => {
  expect(judge(page("", call(401)), page("", call(200, withCookie))).evidence).toContain(
    "GET /api/overview is refused (401)",
  );
});

test.for([
  ["a call that was not made in the tab", page("", call(200, withCookie, "/api/other")), false],
  [
    "a call that is answered with a token, and refused without",
    page("", call(401), call(200, withToken)),
    false,
  ],
  ["records that no cookie brought into the tab", page(mark, call(200, withToken)), false],
  ["a link that was over before its page asked for anything", page(mark, call(200, withCookie)), true],
] as const)("%s accuses nobody", ([, alone, isOver]) => {
  expect(() => judge(page("", call(401)), alone, isOver)).toThrow(NotTested);
});

test("so is a call that the frame is told is not there", () => {
  expect(judge(page("", call(404)), page("", call(200, withCookie))).evidence).toContain("is refused (404)");
});

test("a page that shows another text in the frame than by its cookie in a tab is not said to work in both", () => {
  const alone = page("Good morning", call(200, withCookie));
  expect(() => judge(page("Sign in", call(200)), alone)).toThrow(NotTested);
  expect(judge(page("Good morning", call(200)), alone).verdict).toBe("pass");
});

test("a page that shows no records anywhere, and is refused nothing, works in both alike", () => {
  expect(judge(page("", call(200)), page("", call(200))).verdict).toBe("pass");
});

test("what shows by a partitioned cookie alone is a warning, unless the look without any came when the link was over", () => {
  const shown = page(mark, call(200, withCookie));
  const judgeBare = (isOver: boolean) =>
    judgeFrame({
      marks: [mark],
      framed: shown,
      alone: shown,
      isOver: false,
      none: inTime({ visit: page("Sign in"), isOver }),
    });
  expect(judgeBare(false)).toMatchObject({ verdict: "warning", ground: "missed" });
  expect(judgeBare(true).verdict).toBe("pass");
});
