import { expect, test } from "vitest";
import { watchPresence } from "./presence.ts";

test("opening the page is a use, then only what a person does", () => {
  const target = new EventTarget();
  const presence = watchPresence(target);
  expect([presence.take(), presence.take()]).toEqual([true, false]);
  target.dispatchEvent(new Event("keydown"));
  target.dispatchEvent(new Event("pointermove"));
  expect([presence.take(), presence.take()]).toEqual([true, false]);
});

test("what is no sign of a person does not count", () => {
  const target = new EventTarget();
  const presence = watchPresence(target);
  presence.take();
  target.dispatchEvent(new Event("visibilitychange"));
  expect(presence.take()).toBe(false);
});
