import { expect, test } from "vitest";
import { pass } from "../evidence/index.ts";
import type { Rule } from "../rules/index.ts";
import type { World } from "../world/index.ts";
import { leftOut, type Manner, runLanes } from "./lanes.ts";

const rule = (id: string, given: Partial<Rule> = {}): Rule => ({
  id,
  title: id,
  section: "1",
  holdsTo: "",
  severity: "minor",
  how: "",
  fix: "",
  check: async () => pass(id),
  ...given,
});

const rules = [
  rule("hangs", { needs: ["waiting", "browser"], hangs: true }),
  rule("waits", { needs: ["waiting"] }),
  rule("works", { pace: "work" }),
  rule("looks", { needs: ["browser"] }),
  rule("asks"),
  rule("kills", { pace: "alone" }),
];
const world = { options: {} } as World;

/** Which rules had ended when the one that lets Cloud's calls hang began. */
async function endedBefore(manner: Partial<Manner>): Promise<readonly string[]> {
  const ended: string[] = [];
  let before: readonly string[] = [];
  await runLanes(
    world,
    rules,
    { mute: false, interferes: false, hard: false, sideBySide: true, ...manner },
    async ({ id }) => {
      if (id === "hangs") before = [...ended];
      await new Promise(setImmediate);
      ended.push(id);
    },
  );
  expect(ended).toHaveLength(rules.length);
  return before;
}

test("where an app does one thing after another, Cloud hangs when nobody else waits for its work", async () => {
  expect((await endedBefore({ sideBySide: false })).toSorted()).toEqual(["asks", "looks", "waits", "works"]);
});

test("where it works side by side, Cloud hangs while everything else goes on", async () => {
  expect(await endedBefore({})).toEqual([]);
});

test("of an app that answers no event no more is asked than shows that", () => {
  const mute = { mute: true, interferes: false, hard: false, sideBySide: false };
  const left = (id: string) => leftOut(rule(id), mute, world)?.evidence;
  expect(left("tolerant-json")).toContain("install-accepted");
  expect(left("install-accepted")).toBeUndefined();
});
