import fc from "fast-check";
import { expect, test } from "vitest";
import { extentOf, heightOf, type Step, stepPath } from "./steps.ts";

const box = { width: 100, height: 40 };
const day = (number: number) => new Date(Date.UTC(2026, 0, number));

test("an amount is level until it changes", () => {
  const steps = [
    { at: day(1), amount: 0n },
    { at: day(6), amount: 500n },
  ];
  expect(stepPath(steps, day(11), box)).toBe("M0 40H50V0H100");
});

test("nought belongs to the picture, above and below", () => {
  expect(extentOf([{ at: day(1), amount: 7n }])).toEqual({ lowest: 0n, highest: 7n });
  expect(extentOf([{ at: day(1), amount: -7n }])).toEqual({ lowest: -7n, highest: 0n });
  expect(heightOf(0n, [], box)).toBe(20);
});

test("no amount, however large, leaves the box", () => {
  const steps = fc.array(fc.bigInt(), { minLength: 1, maxLength: 20 });
  fc.assert(
    fc.property(steps, (amounts) => {
      const course: readonly Step[] = amounts.map((amount, index) => ({ at: day(index + 1), amount }));
      for (const { amount } of course) {
        expect(heightOf(amount, course, box)).toBeGreaterThanOrEqual(0);
        expect(heightOf(amount, course, box)).toBeLessThanOrEqual(box.height);
      }
    }),
  );
});

test("nothing is drawn of nothing", () => {
  expect(stepPath([], day(1), box)).toBe("");
});
