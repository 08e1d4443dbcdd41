import { expect, test } from "vitest";
import { type Answer, NotTested } from "../evidence/index.ts";
import { judgeLater } from "./late-install-later.ts";

const answer = (status: number | null): Answer => ({
  status,
  headers: {},
  cookies: [],
  text: "",
  milliseconds: 1,
  error: status === null ? "no answer within 12 s" : null,
});
const acknowledged = { seconds: 60, answer: answer(200), launched: answer(404), back: false };

test.for([
  ["stays ended", acknowledged, "pass"],
  ["comes back", { ...acknowledged, launched: answer(200), back: true }, "fail"],
  ["comes back though its copy is refused", { ...acknowledged, answer: answer(404), back: true }, "fail"],
  [
    "comes back though its copy is not answered",
    { ...acknowledged, answer: answer(null), back: true },
    "fail",
  ],
  ["is refused", { ...acknowledged, answer: answer(404) }, "fail"],
] as const)("an installation that %s", ([, seen, verdict]) => {
  expect(judgeLater(seen).verdict).toBe(verdict);
});

test.for([
  ["the copy is not answered in time", { ...acknowledged, answer: answer(null) }],
  ["the app only can't just now", { ...acknowledged, answer: answer(503) }],
  ["the launch is not answered", { ...acknowledged, launched: answer(null) }],
] as const)("nothing is said where %s", ([, seen]) => {
  expect(() => judgeLater(seen)).toThrow(NotTested);
});
