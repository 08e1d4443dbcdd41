import { expect, test } from "vitest";
import { httpTone } from "./tones.ts";

test.each([
  [null, "danger"],
  [0, "danger"],
  [200, "success"],
  [204, "success"],
  [304, "info"],
  [404, "danger"],
  [503, "danger"],
] as const)("an answer with status %s is %s", (status, tone) => {
  expect(httpTone(status)).toBe(tone);
});
