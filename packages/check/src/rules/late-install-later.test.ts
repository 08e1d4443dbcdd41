import { expect, test } from "vitest";
import { judgeLater } from "./late-install-later.ts";

const acknowledged = { seconds: 60, answer: "answered 200", taken: true, back: false };

test.for([
  ["stays ended", acknowledged, "pass"],
  ["comes back", { ...acknowledged, back: true }, "fail"],
  ["comes back though its copy is refused", { ...acknowledged, taken: false, back: true }, "fail"],
  ["is refused", { ...acknowledged, taken: false, answer: "answered 404" }, "fail"],
] as const)("an installation that %s", ([, seen, verdict]) => {
  expect(judgeLater(seen).verdict).toBe(verdict);
});
