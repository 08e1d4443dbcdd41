import { expect, test } from "vitest";
import { mustBeWhole, onceReady, passesInEach } from "./judging.ts";

const judge = passesInEach("Good.");
const both = (guide: readonly string[], later: readonly string[]) =>
  judge([
    { edition: "later", problems: later },
    { edition: "guide", problems: guide },
  ]).evidence;

test("each problem says for itself in which edition it was found", () => {
  expect(both(["A.", "B."], ["A."])).toBe("A. (In both editions of the payloads.)\nB.");
  expect(both(["B."], [])).toBe("B.");
  expect(both([], ["A."])).toBe("In the later edition of the payloads: A.");
});

test("what was not read to its end shows no answer to be in order", () => {
  const answer = { status: 200, headers: {}, cookies: [], text: "", milliseconds: 1, error: null };
  expect(() => mustBeWhole([answer])).not.toThrow();
  expect(() => mustBeWhole([answer, { ...answer, isCut: true }])).toThrow(
    "longer than what is looked through",
  );
});

test("what is wrong after a crash counts when it is seen again, and what is not is a pass", () => {
  expect(onceReady({ verdict: "fail", evidence: "It answered 503." })).toMatchObject({ ground: "missed" });
  expect(onceReady({ verdict: "pass", evidence: "All there." }).ground).toBeUndefined();
});
