import { expect, test } from "vitest";
import { secondsLeft } from "../states/use-countdown.ts";
import { isActive, percentDone, type RunStatus, statusLabels } from "./status.ts";

test.each([
  [0, 0, undefined],
  [3, undefined, undefined],
  [0, 3, 0],
  [1, 3, 33],
  [299, 300, 99],
  [300, 300, 100],
  [301, 300, 100],
  [-1, 300, 0],
])("%i of %j done is %j percent", (done, total, percent) => {
  expect(percentDone(done, total)).toBe(percent);
});

test("only queued and running runs change by themselves", () => {
  const statuses = Object.keys(statusLabels) as RunStatus[];
  expect(statuses.filter(isActive)).toEqual(["queued", "running"]);
});

test("a wait ends at zero and rounds up", () => {
  expect([
    secondsLeft(5000, 0),
    secondsLeft(5000, 4001),
    secondsLeft(5000, 5000),
    secondsLeft(5000, 9000),
  ]).toEqual([5, 1, 0, 0]);
});
