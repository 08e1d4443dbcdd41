import { expect, test } from "vitest";
import { fail, missed, pass, seen, type Verdict, warning } from "../evidence/index.ts";
import type { Pace } from "../rules/index.ts";
import { isDoubtful } from "./second-look.ts";

const looked = (verdict: Verdict, late: readonly string[] = []) => ({
  verdict,
  seconds: 1,
  trace: { lines: [], pictures: [], late: [...late], tenants: [] },
});
const late = ["POST /callback"];
const cases: readonly [what: string, look: ReturnType<typeof looked>, pace: Pace, doubtful: boolean][] = [
  ["a pass", looked(pass("Fine."), late), "together", false],
  ["a failure while everything was answered in time", looked(fail("Wrong.")), "together", false],
  ["a failure while something was not answered in time", looked(fail("Wrong."), late), "together", true],
  ["the same of a rule that runs alone", looked(fail("Wrong."), late), "alone", true],
  ["something that did not come", looked(missed(fail("Nothing."))), "work", true],
  ["a warning of something that did not come", looked(missed(warning("Nothing."))), "work", true],
  ["a posting that was seen twice", looked(seen(fail("Twice.")), late), "work", false],
  ["what all others left behind", looked(fail("A key."), late), "last", false],
];

test.for(cases)("%s", ([, look, pace, doubtful]) => {
  expect(isDoubtful({ pace }, look)).toBe(doubtful);
});
