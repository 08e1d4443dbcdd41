import { expect, test } from "vitest";
import { fail, missed, notTested, pass, seen, type Verdict, warning } from "../evidence/index.ts";
import type { Pace } from "../rules/index.ts";
import { type End, emptyTrace } from "../world/index.ts";
import { openBeside } from "./beside.ts";
import { accusesNobody, isDoubtful, isLeftForPages, notLooked, twice } from "./second-look.ts";

const looked = (verdict: Verdict, late: readonly string[] = [], ends: readonly End[] = []) => ({
  verdict,
  seconds: 1,
  trace: { ...emptyTrace(), late: [...late] },
  ends,
});
const end = [{ at: 1, how: "ended with code 1 (its last words: no such field)" }];
const late = ["POST /callback"];
const cases: readonly [what: string, look: ReturnType<typeof looked>, pace: Pace, doubtful: boolean][] = [
  ["a pass", looked(pass("Fine."), late), "together", false],
  ["a failure while everything was answered in time", looked(fail("Wrong.")), "together", false],
  ["a failure while something was not answered in time", looked(fail("Wrong."), late), "together", true],
  ["the same of a rule that runs alone", looked(fail("Wrong."), late), "alone", true],
  ["something that did not come", looked(missed(fail("Nothing."))), "work", true],
  ["a warning of something that did not come", looked(missed(warning("Nothing."))), "work", true],
  ["a posting that was seen twice", looked(seen(fail("Twice.")), late), "work", false],
  ["a failure while the app ended by itself", looked(fail("No answer."), [], end), "together", true],
  ["a pass while the app ended by itself", looked(pass("Refused."), [], end), "together", true],
  ["an app that ended where its disk was full", looked(pass("Refused."), [], end), "alone", false],
  ["what all others left behind", looked(fail("A key."), late), "last", false],
];

test.for(cases)("%s", ([, look, pace, doubtful]) => {
  expect(isDoubtful({ pace }, look)).toBe(doubtful);
});

test("beside others is looked at again what neither accused anybody nor holds up anybody's work", () => {
  const undecided = looked(notTested("Nobody knows.", "It needs more.", "missed"));
  const page = { hangs: false };
  const cases: readonly (readonly [Parameters<typeof accusesNobody>[0], ReturnType<typeof looked>])[] = [
    [page, undecided],
    [page, looked(missed(fail("Nothing.")))],
    [page, looked(pass("Refused."), [], end)],
    [{ ...page, hangs: true }, undecided],
    [{ ...page, pace: "work" }, undecided],
    [{ ...page, pace: "alone" }, undecided],
    [{ ...page, pace: "refusing" }, undecided],
  ];
  const inTurn = [true, false, false, false, false, false, false];
  const sideBySide = [true, false, false, true, true, false, false];
  expect(cases.map(([rule, look]) => accusesNobody(rule, look, false))).toEqual(inTurn);
  expect(cases.map(([rule, look]) => accusesNobody(rule, look, true))).toEqual(sideBySide);
  expect(twice(undecided, undecided, false).verdict.evidence).not.toContain("alone");
});

test("an app that ends each time a rule looks at it fails that rule, and one that another rule ended does not", () => {
  const first = looked(pass("Refused."), [], end);
  const ended = twice(first, looked(pass("Refused."), [], end)).verdict;
  expect(ended).toMatchObject({ verdict: "fail", evidence: expect.stringContaining("no such field") });
  expect(twice(first, looked(pass("Refused."))).verdict.verdict).toBe("pass");
});

const left = notTested("The app's page never answers.", "Mend that first.");

test("what was left out since no event or no page was answered is looked at again, and nothing else", () => {
  const page = { needs: ["browser"] } as const;
  const isAgain = (...given: Parameters<typeof notLooked>) => isDoubtful({}, notLooked(...given));
  expect(isAgain(page, left, { mute: true, silent: false })).toBe(true);
  expect(isAgain(page, left, { mute: false, silent: true })).toBe(true);
  expect(isAgain({}, left, { mute: false, silent: true })).toBe(false);
  expect(isAgain(page, left, { mute: false, silent: false })).toBe(false);
  expect(isLeftForPages(notLooked(page, left, { mute: false, silent: true }))).toBe(true);
  expect(isLeftForPages(notLooked(page, left, { mute: true, silent: false }))).toBe(false);
});

test("what goes wrong while many keys are refused is looked at again, whichever began first", async () => {
  const { look } = openBeside();
  const ends: (() => void)[] = [];
  const going = (pace: Pace) => look({ pace }, () => new Promise<void>((resolve) => ends.push(resolve)));
  const [before, refusing, after] = [going("together"), going("refusing"), going("together")];
  for (const end of ends) end();
  expect((await Promise.all([before, refusing, after])).map((one) => one.isBesideRefusals)).toEqual([
    true,
    false,
    true,
  ]);
  expect((await look({ pace: "together" }, async () => undefined)).isBesideRefusals).toBe(false);
  const wrong = { ...looked(fail("Answered 503.")), isBesideRefusals: true };
  expect(isDoubtful({}, wrong)).toBe(true);
  expect(isDoubtful({}, { ...wrong, verdict: pass("Fine.") })).toBe(false);
});
