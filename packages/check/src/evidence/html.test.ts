import { expect, test } from "vitest";
import { newWords } from "./html.ts";

test("a time that went on and a number that is another say nothing new", () => {
  const before = "Updated 12:03\n3 ledgers\nAsk your administrator for help.";
  expect(newWords(before, "Updated 12:04\n0 ledgers\nAsk your administrator for help.")).toBe("");
  expect(newWords(before, "Updated 12:04\nInstall the app again.")).toBe("Install the app again.");
});
