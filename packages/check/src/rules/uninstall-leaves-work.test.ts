import { expect, test } from "vitest";
import { smallApp } from "../../test/small-app.ts";
import { NotTested } from "../evidence/index.ts";
import type { World } from "../world/index.ts";
import type { WorkSeen } from "./parts/work.ts";
import { endedWhileAway, judgeLeft } from "./uninstall-leaves-work.ts";

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

test("an instance runs again, whatever is thrown while it is away", async () => {
  let away = 0;
  const meets = async () => {
    if (away > 0) throw new Error("Cloud is gone");
    away += 1;
    return async () => {
      away -= 1;
    };
  };
  const world = await smallApp({}, {}, { front: { meets } as unknown as World["front"] });
  await expect(endedWhileAway(world, world.tenant(), world.tenant())).rejects.toThrow("Cloud is gone");
  expect(away).toBe(0);
});
