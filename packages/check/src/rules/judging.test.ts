import { expect, test } from "vitest";
import { passesInEach } from "./judging.ts";

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
