import { expect, test } from "vitest";
import { historiesIn, judgeRecords } from "./records-once.ts";

const extra = (when: string) => ({ when, place: "table installs", count: 8, ordinary: 1 });
const judged = (when: string, rested: boolean) =>
  judgeRecords({ known: 1, histories: 0, extras: [extra(when)], inHistories: [], rested });

test("more records than of a calm install are seen once and for all where all work rests", () => {
  expect(judged("eight copies at once", true)).toMatchObject({ verdict: "fail", ground: "seen" });
  expect(judged("eight copies at once", false)).toMatchObject({ verdict: "fail", ground: "missed" });
});

test("what an uninstall leaves is looked at again: it may be cleared up now and then", () => {
  expect(judged("eight copies of an uninstall", true)).toMatchObject({ verdict: "fail", ground: "missed" });
});

test("where an uninstall writes beside what stands there, more is no second record; what it begins may be one", () => {
  const before = [
    { place: "lens.jsonl", count: 2 },
    { place: "installations", count: 1 },
  ];
  const after = [
    { place: "lens.jsonl", count: 3 },
    { place: "installations", count: 1 },
    { place: "endings", count: 1 },
  ];
  expect([...historiesIn(before, after)]).toEqual(["lens.jsonl"]);
});

test("an app that stores a history alone is not said to keep one record", () => {
  const history = { known: 1, extras: [], inHistories: [], rested: true };
  expect(() => judgeRecords({ ...history, histories: 1 })).toThrow("a history");
  expect(judgeRecords({ ...history, histories: 0 })).toMatchObject({ verdict: "pass" });
});

test("more of what may be a history is neither accused nor passed over: its place is named", () => {
  const inHistories = [extra("eight copies at once")];
  const unsure = { known: 2, histories: 1, extras: [], rested: true };
  expect(() => judgeRecords({ ...unsure, inHistories })).toThrow("table installs holds 8 records");
  expect(judgeRecords({ ...unsure, inHistories: [] })).toMatchObject({ verdict: "pass" });
});
