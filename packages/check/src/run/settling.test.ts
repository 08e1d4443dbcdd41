import { expect, test } from "vitest";
import {
  type Edition,
  fail,
  harm,
  missed,
  notTested,
  pass,
  standingOn,
  type Verdict,
  warning,
} from "../evidence/index.ts";
import { rules } from "../rules/index.ts";
import { type Grounded, groundsOf, openSettling, type Settled, settle } from "./settling.ts";

const deep: Grounded = { id: "deep" };
const ground: Grounded = { id: "ground", standsOn: [deep] };
const rule: Grounded = { id: "rule", standsOn: [ground] };

const inLater = (verdict: Verdict): Verdict => ({ ...verdict, editions: ["later"] });
const inBoth = (verdict: Verdict): Verdict => ({ ...verdict, editions: ["guide", "later"] });
const wrong = fail("Wrong.");
const holds = pass("Holds.");
const unknown = notTested("Nobody knows.", "It needs more.");

const cases: readonly [
  what: string,
  seen: Verdict,
  grounds: Readonly<Record<string, Verdict>>,
  first: string | undefined,
][] = [
  ["a failure while its ground holds counts", wrong, { ground: holds, deep: holds }, undefined],
  ["a failure whose ground fails is let go", wrong, { ground: wrong, deep: holds }, "ground"],
  ["a warning too", warning("Odd."), { ground: wrong, deep: holds }, "ground"],
  ["something that did not come too", missed(wrong), { ground: wrong, deep: holds }, "ground"],
  ["what its ground stands on is mended first", wrong, { ground: wrong, deep: wrong }, "deep"],
  ["though its ground can't be judged without that", wrong, { ground: unknown, deep: wrong }, "deep"],
  ["a pass stays a pass", holds, { ground: wrong, deep: wrong }, undefined],
  ["a ground that only warns lets nothing go", wrong, { ground: warning("Odd."), deep: holds }, undefined],
  ["a ground that can't be judged lets nothing go", wrong, { ground: unknown, deep: unknown }, undefined],
  ["a ground that was not looked at lets nothing go", wrong, {}, undefined],
  ["harm is never let go", harm(wrong), { ground: wrong, deep: wrong }, undefined],
  ["but for the same harm, seen in its ground", harm(wrong), { ground: harm(wrong), deep: holds }, "ground"],
  ["a ground gone in the other edition is there in this one", wrong, { ground: inLater(wrong) }, undefined],
  ["a failure in the edition where the ground is gone", inLater(wrong), { ground: inLater(wrong) }, "ground"],
  ["a failure in one edition more than that counts", inBoth(wrong), { ground: inLater(wrong) }, undefined],
  [
    "what is mended first is broken where the failure is",
    inLater(wrong),
    { deep: wrong, ground: inLater(wrong) },
    "ground",
  ],
  ["what needs no ground counts", standingOn([], wrong), { ground: wrong, deep: wrong }, undefined],
  [
    "what needs one of them counts without the others",
    standingOn([deep], wrong),
    { ground: wrong },
    undefined,
  ],
  ["and not without that one", standingOn([deep], wrong), { deep: wrong }, "deep"],
  ["nor without what that one stands on", standingOn([ground], wrong), { deep: wrong }, "deep"],
];

test.for(cases)("%s", ([, seen, grounds, first]) => {
  const settled: Settled = settle(rule, seen, new Map(Object.entries(grounds)), ["guide", "later"]);
  expect(settled.mendFirst).toBe(first);
  expect(settled.verdict).toBe(first === undefined ? seen.verdict : "not_tested");
  expect(settled.evidence).toContain(seen.evidence);
});

test("a finding alone may stand on a rule that its rule does not stand on", () => {
  const one: Grounded = { id: "one", findingsStandOn: [ground] };
  const first = (verdict: Verdict) => settle(one, verdict, new Map([["ground", wrong]]), ["guide"]).mendFirst;
  expect(first(wrong)).toBe(undefined);
  expect(first(standingOn([ground], wrong))).toBe("ground");
});

const settledInTurn = (
  order: readonly (readonly [Grounded, Verdict])[],
  editions: readonly Edition[] = ["guide"],
) => {
  const told: [string, string, string][] = [];
  const { conclude } = openSettling<Grounded, { readonly verdict: Verdict }>(
    order.map(([one]) => one),
    editions,
    ({ id }, _, { verdict, evidence }) => told.push([id, verdict, evidence]),
  );
  for (const [one, verdict] of order) conclude(one, { verdict });
  return told;
};

const shown: Grounded = { id: "shown", shownBy: ground };
const inGuide = (verdict: Verdict): Verdict => ({ ...verdict, editions: ["guide"] });
const shownCases: readonly [
  what: string,
  seen: Verdict,
  by: Readonly<Record<string, Verdict>>,
  first: string | undefined,
][] = [
  ["a pass that is shown by what holds counts", holds, { ground: holds, deep: holds }, undefined],
  [
    "a pass that is shown by what holds in no edition says nothing",
    holds,
    { ground: inBoth(wrong) },
    "ground",
  ],
  ["a pass that is shown in one edition still counts", holds, { ground: inLater(wrong) }, undefined],
  ["a pass that is shown by what was left out counts", holds, {}, undefined],
  [
    "a pass whose shower can't be judged for want of its ground says nothing",
    holds,
    { ground: unknown, deep: inBoth(wrong) },
    "deep",
  ],
  [
    "nor one whose shower fails where its ground still holds",
    holds,
    { ground: inLater(wrong), deep: inGuide(wrong) },
    "deep",
  ],
  ["a failure needs no other rule to be shown by", wrong, { ground: inBoth(wrong) }, undefined],
];

test.for(shownCases)("%s", ([, seen, by, first]) => {
  const settled = settle(shown, seen, new Map(Object.entries(by)), ["guide", "later"]);
  expect(settled.mendFirst).toBe(first);
  expect(settled.verdict).toBe(first === undefined ? seen.verdict : "not_tested");
});

test("an accusation is told when what it stands on has been settled, whatever ends first", () => {
  const told = settledInTurn([
    [rule, wrong],
    [ground, wrong],
    [deep, wrong],
  ]);
  expect(told.map(([id, verdict]) => `${id} ${verdict}`).toSorted()).toEqual([
    "deep fail",
    "ground not_tested",
    "rule not_tested",
  ]);
  expect(told[0]?.[0]).toBe("deep");
});

test("an accusation says which of its grounds the run left out", () => {
  const [told] = settledInTurn([[rule, wrong]]);
  expect(told?.[1]).toBe("fail");
  expect(told?.[2]).toContain("left out: deep, ground");
});

test("every rule stands on rules that are in the catalogue, and none on itself", () => {
  const known = new Set(rules.map(({ id }) => id));
  for (const { id, standsOn = [] } of rules) {
    const grounds = groundsOf({ id, standsOn }).map((one) => one.id);
    expect(grounds).not.toContain(id);
    for (const one of grounds) expect(known).toContain(one);
  }
});

/** What is searched for in what the app gives out or did is there or not, whatever else is wrong with the app. */
const direct = [
  "forged-install",
  "forged-portal-request",
  "secret-address",
  "unknown-token",
  "fresh-portal-url",
  "token-entropy",
  "link-expires",
  "session-expires",
  "two-tabs",
  "embedding-header",
  "foreign-frame",
  "key-in-answers",
  "key-in-browser",
  "key-in-log",
  "token-in-log",
  "key-at-rest",
  "token-at-rest",
  "token-in-referer",
  "token-leaves-address",
  "no-call-from-browser",
  "no-call-to-core",
  "tenants-in-pages",
  "tenants-in-calls",
  "cut-after-commit",
  "records-once",
  "instance-id-on-each-call",
  "scope-before-call",
];

test.for(direct)("%s stands on nothing, so that nothing hides it", (id) => {
  const found = rules.find((one) => one.id === id);
  expect(found).toBeDefined();
  expect(found?.standsOn ?? []).toEqual([]);
});
