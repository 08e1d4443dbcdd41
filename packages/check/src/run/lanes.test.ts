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
    { mute: false, silent: false, interferes: false, hard: false, sideBySide: true, ...manner },
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

/** How many rules that watch the app's work run at a time. */
async function workAtOnce(options: World["options"], manner: Partial<Manner>): Promise<number> {
  let running = 0;
  let most = 0;
  await runLanes(
    { options } as World,
    Array.from({ length: 6 }, (_, place) => rule(`works ${place}`, { pace: "work" })),
    { mute: false, silent: false, interferes: false, hard: false, sideBySide: true, ...manner },
    async () => {
      running += 1;
      most = Math.max(most, running);
      await new Promise(setImmediate);
      running -= 1;
    },
  );
  return most;
}

test("work is watched side by side as far as the app works so, a few pages at a time where somebody presses", async () => {
  const none = {} as World["options"];
  expect(await workAtOnce(none, { sideBySide: false })).toBe(1);
  expect(await workAtOnce(none, {})).toBe(6);
  expect(await workAtOnce(none, { hard: true })).toBe(5);
  expect(await workAtOnce({ ...none, press: "#post" }, {})).toBe(3);
});

test("the waits for an app that works hard for several at once pass while its work is watched", async () => {
  const lanes = [
    rule("works", { pace: "work" }),
    rule("waits", { needs: ["start", "waiting"] }),
    rule("asks"),
  ];
  const begun: string[] = [];
  const order = async (sideBySide: boolean) => {
    begun.length = 0;
    await runLanes(
      { options: { start: "app" } } as World,
      lanes,
      { mute: false, silent: false, interferes: false, hard: true, sideBySide },
      async ({ id }) => {
        begun.push(`begin ${id}`);
        await new Promise(setImmediate);
        begun.push(`end ${id}`);
      },
    );
    return begun.indexOf("begin waits") < begun.indexOf("end works");
  };
  expect(await order(true)).toBe(true);
  expect(await order(false)).toBe(false);
});

test("many keys are refused beside what only asks, when nobody has a single one refused", async () => {
  const lanes = [
    rule("refuses", { pace: "refusing" }),
    rule("asks"),
    rule("works", { pace: "work" }),
    rule("waits", { needs: ["waiting"] }),
    rule("looks", { needs: ["browser"] }),
    rule("kills", { pace: "alone" }),
  ];
  const beside: string[][] = [];
  const running = new Set<string>();
  const ended: string[] = [];
  await runLanes(
    { options: {} } as World,
    lanes,
    { mute: false, silent: false, interferes: false, hard: true, sideBySide: true },
    async ({ id }) => {
      running.add(id);
      for (let turn = 0; turn < 3; turn += 1) {
        await new Promise(setImmediate);
        if (running.has("refuses")) beside.push([...running]);
      }
      running.delete(id);
      ended.push(id);
    },
  );
  expect(new Set(beside.flat())).toEqual(new Set(["refuses", "asks"]));
  expect(ended.at(-1)).toBe("kills");
});

test("of what only asks, what takes long begins first", async () => {
  const short = Array.from({ length: 6 }, (_, place) => rule(`asks ${place}`));
  const begun: string[] = [];
  await runLanes(
    { options: {} } as World,
    [...short, rule("waits for work", { isLong: true })],
    { mute: false, silent: false, interferes: false, hard: false, sideBySide: true },
    async ({ id }) => void begun.push(id),
  );
  expect(begun[0]).toBe("waits for work");
});

test("of an app that answers no event no more is asked than shows that", () => {
  const mute = { mute: true, silent: false, interferes: false, hard: false, sideBySide: false };
  const left = (id: string) => leftOut(rule(id), mute, world)?.evidence;
  expect(left("tolerant-json")).toContain("install-accepted");
  expect(left("install-accepted")).toBeUndefined();
});

test("where the app's page never answers, only what needs none is looked at", () => {
  const manner = { mute: false, silent: true, interferes: false, hard: false, sideBySide: true };
  const left = (id: string, given?: Partial<Rule>) => leftOut(rule(id, given), manner, world)?.evidence;
  expect([left("portal-accepted"), left("duplicate-install")]).toEqual([undefined, undefined]);
  const never = "The app's page never answers. Mend that first; see the rule portal-accepted.";
  expect(left("page-reload", { needs: ["browser"] })).toBe(never);
  expect(left("link-again", { opensPage: true })).toBe(never);
});
