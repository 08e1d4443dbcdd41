import { formatCount } from "@annex/portal";
import { expect, test } from "vitest";
import { shownSentence } from "./shown-sentence.ts";

test.each([
  ["all of them", 12, { total: 12 }, "12 objects."],
  ["some of them", 200, { total: 1204, next: "a" }, `The newest 200 of ${formatCount(1204)} objects.`],
  ["none", 0, { total: 0 }, ""],
  ["so many that nobody counted them, of an older run", 200, { next: "a" }, ""],
  ["all of an older run", 7, {}, "7 objects."],
])("%s", (_which, shown, answer, words) => {
  expect(shownSentence(shown, answer)).toBe(words);
});

test("an id that begins like too many says that not all were looked through", () => {
  expect(shownSentence(200, { cut_at: 2000, next: "a" })).toContain(
    `More than ${formatCount(2000)} ids begin like this`,
  );
});

test("an identity with too much to look through is told apart from an id that is not typed to its end", () => {
  const words = shownSentence(200, { identity_cut: true, next: "a" });
  expect(words).toContain("Search for one of its customers");
  expect(words).not.toContain("Type more");
});
