import { expect, test } from "vitest";
import { NotTested } from "../evidence/index.ts";
import type { WorkSeen } from "./parts/work.ts";
import { judgeLeft } from "./uninstall-leaves-work.ts";

const done: WorkSeen = { wanted: 2, done: 2, missing: [], state: "done" };
const still: WorkSeen = { wanted: 2, done: 0, missing: ["POST /proxy/ledgers"], state: "standstill" };
const goingOn: WorkSeen = { ...still, state: "going on" };

test("work that got done on both sides passes", () => {
  expect(judgeLeft({ other: done, next: done }).verdict).toBe("pass");
});

test("what an uninstall took along is named by whose it was", () => {
  expect(judgeLeft({ other: still, next: done }).evidence).toContain("another one's work");
  expect(judgeLeft({ other: done, next: still }).evidence).toContain("Installed again");
  expect(judgeLeft({ other: still, next: goingOn })).toMatchObject({ verdict: "fail", ground: "missed" });
});

test("nothing is said while work goes on", () => {
  expect(() => judgeLeft({ other: done, next: goingOn })).toThrow(NotTested);
});
