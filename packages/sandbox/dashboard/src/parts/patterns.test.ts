import { expect, test } from "vitest";
import { containsPattern } from "./patterns.ts";

test("wildcards in a searched text are literal", () => {
  expect(containsPattern("50%_x")).toBe("%50\\%\\_x%");
});
