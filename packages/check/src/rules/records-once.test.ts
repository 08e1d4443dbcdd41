import { expect, test } from "vitest";
import { judgeRecords } from "./records-once.ts";

const extra = (when: string) => ({ when, place: "table installs", count: 8, ordinary: 1 });
const judged = (when: string, rested: boolean) => judgeRecords({ known: 1, extras: [extra(when)], rested });

test("more records than of a calm install are seen once and for all where all work rests", () => {
  expect(judged("eight copies at once", true)).toMatchObject({ verdict: "fail", ground: "seen" });
  expect(judged("eight copies at once", false)).toMatchObject({ verdict: "fail", ground: "missed" });
});

test("what an uninstall leaves is looked at again: it may be cleared up now and then", () => {
  expect(judged("eight copies of an uninstall", true)).toMatchObject({ verdict: "fail", ground: "missed" });
});
