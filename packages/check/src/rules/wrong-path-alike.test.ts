import { expect, test } from "vitest";
import type { Answer } from "../evidence/index.ts";
import { judgeAlike } from "./wrong-path-alike.ts";

const answer = (change: Partial<Answer> = {}): Answer => ({
  status: 404,
  headers: { "content-type": "application/json", date: "Mon" },
  cookies: [],
  text: '{"code":"not_found"}',
  milliseconds: 2,
  error: null,
  ...change,
});
const alongside = (near: Answer) => ({
  unknown: [{ url: "http://a.test/x/y", answer: answer() }],
  near: [{ url: "http://a.test/cloud/z/callback", answer: near }],
});
const seen = (near: Answer, ofMethod = answer(), times = [2, 2, 3]) => ({
  events: [alongside(near)],
  methods: [{ method: "GET", ...alongside(ofMethod) }],
  times: { unknown: [2, 3, 9], near: times },
});

test.for([
  ["the same", seen(answer()), "pass"],
  [
    "another time of day and length",
    seen(answer({ headers: { "content-type": "application/json" } })),
    "pass",
  ],
  ["another status", seen(answer({ status: 401 })), "fail"],
  [
    "a header of its own",
    seen(answer({ headers: { "content-type": "application/json", "www-authenticate": "x" } })),
    "fail",
  ],
  ["another method answered 405", seen(answer(), answer({ status: 405 })), "warning"],
  ["always later", seen(answer(), answer(), [300, 310, 290]), "warning"],
  ["later once", seen(answer(), answer(), [300, 3, 290]), "pass"],
] as const)("a wrong secret that is answered with %s", ([, given, verdict]) => {
  expect(judgeAlike(given).verdict).toBe(verdict);
});
