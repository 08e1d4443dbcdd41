import { formatCount } from "@annex/portal";
import { expect, test } from "vitest";
import { refreshesObjects } from "../queries.ts";
import { shownSentence } from "./shown-sentence.ts";

test.each([
  ["all of them", 12, { total: 12 }, false, "12 objects."],
  ["some of them", 200, { total: 1204 }, true, `The newest 200 of ${formatCount(1204)} objects.`],
  ["none", 0, { total: 0 }, false, ""],
  ["so many that nobody counted them, of an older run", 200, {}, true, ""],
  ["all of an older run", 7, {}, false, "7 objects."],
  ["all that many pages came to", 7, { is_part: true }, false, "7 objects."],
])("%s", (_which, shown, answer, hasMore, words) => {
  expect(shownSentence(shown, answer, hasMore)).toBe(words);
});

test("an id that begins like very many says that it is not looked through to its end, and how to go on", () => {
  expect(shownSentence(1000, { is_part: true }, true)).toMatch(/objects so far\..*load more, or type more/);
  expect(shownSentence(0, { is_part: true }, true)).toMatch(/^None so far\..*the search goes on/);
  expect(shownSentence(0, { is_part: true }, true, false)).toMatch(/^None so far\..*load more, or type more/);
});

test("what only a part was looked through for is not asked for again while the run goes on", () => {
  expect([refreshesObjects(true, {}), refreshesObjects(true, undefined)]).toEqual([true, true]);
  expect([refreshesObjects(true, { is_part: true }), refreshesObjects(false, {})]).toEqual([false, false]);
});

test("an identity with too much to look through is told apart from an id that is not typed to its end", () => {
  const words = shownSentence(200, { identity_cut: true }, true);
  expect(words).toContain("Search for one of its customers");
  expect(words).not.toContain("type more");
});
