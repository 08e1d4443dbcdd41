/** What a busy machine alone may have brought about counts when a second look, alone, finds it again. */
import { expect, test } from "vitest";
import type { Answer, Exchange, Verdict } from "../evidence/index.ts";
import { judgeDenied } from "./denied-later.ts";
import { judgeForeign } from "./foreign-refusal.ts";
import { judgeNewKey } from "./key-after-refusal.ts";
import { judgeMany } from "./many-refused.ts";
import { judgeExpiry } from "./session-expires.ts";

const mark = "Quillfern";
const answer = (status: number, text = ""): Answer => ({
  status,
  headers: {},
  cookies: [],
  text,
  milliseconds: 1,
  error: null,
});
const call: Exchange = {
  method: "GET",
  url: "https://app.example/api/overview",
  requestHeaders: {},
  requestBody: "",
  answer: answer(200, mark),
};
const asked = (status: number, text = "") => ({
  marks: [mark],
  again: [{ call, answer: answer(status, text) }],
});
const denied = { ...asked(403), late: false, launched: false };

const judged: readonly (readonly [what: string, good: Verdict, bad: Verdict])[] = [
  [
    "an installation that can't be launched when it has come back",
    judgeForeign({ refused: 3, launchedAfter: true, later: 1 }),
    judgeForeign({ refused: 3, launchedAfter: false, later: 1 }),
  ],
  [
    "one of many that can't be launched",
    judgeMany({ refused: 5, closed: 0, silent: 0 }),
    judgeMany({ refused: 5, closed: 1, silent: 0 }),
  ],
  ["a session that its last use may have moved on", judgeExpiry(asked(410)), judgeExpiry(asked(200, mark))],
  [
    "a new key that is not taken after a few refusals",
    judgeNewKey({ answer: answer(200), used: 1 }),
    judgeNewKey({ answer: answer(409), used: 0 }),
  ],
  [
    "a session of whoever was just denied",
    judgeDenied(denied),
    judgeDenied({ ...denied, ...asked(200, mark) }),
  ],
  ["a launch of whoever was just denied", judgeDenied(denied), judgeDenied({ ...denied, launched: true })],
];

test.for(judged)("%s is looked at again", ([, good, bad]) => {
  expect(good.verdict).toBe("pass");
  expect(bad.verdict).toMatch(/^(fail|warning)$/);
  expect(bad.ground).toBe("missed");
});
