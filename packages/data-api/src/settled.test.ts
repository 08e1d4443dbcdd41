import { expect, it } from "vitest";
import { createSettled } from "./settled.ts";

/** A database of which only its highest id and its open transactions are known. */
function watched() {
  const state = { highest: 0, ended: 0, next: 0, looks: 0, now: 0 };
  const database = {
    query: async () => {
      state.looks += 1;
      return [{ highest: String(state.highest), ended: String(state.ended), next: String(state.next) }];
    },
  };
  const settled = createSettled(database, "blnk", () => state.now);
  return { state, upTo: () => settled.upTo() };
}

it("settles an id when every transaction that began until a while after it was seen has ended", async () => {
  const { state, upTo } = watched();
  Object.assign(state, { highest: 10, ended: 5, next: 7 });
  expect(await upTo()).toBeUndefined();
  state.now += 49;
  expect(await upTo()).toBeUndefined();
  // 5 and 6 are still open, and 7 and 8 have begun: any of them may bring a row below 10.
  Object.assign(state, { now: 150, next: 9, highest: 14 });
  expect(await upTo()).toBeUndefined();
  Object.assign(state, { now: 300, ended: 8, next: 12 });
  expect(await upTo()).toBeUndefined();
  Object.assign(state, { now: 450, ended: 9, next: 20, highest: 17 });
  expect(await upTo()).toBe("10");
  Object.assign(state, { now: 600, ended: 20, next: 20 });
  expect(await upTo()).toBe("17");
});

it("looks at most once in a while", async () => {
  const { state, upTo } = watched();
  for (let turn = 0; turn < 50; turn += 1) await upTo();
  expect(state.looks).toBe(1);
  state.now += 100;
  await upTo();
  expect(state.looks).toBe(2);
});
