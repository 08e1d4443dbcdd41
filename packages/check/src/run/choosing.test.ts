import { expect, test } from "vitest";
import { NothingShown, NotTested } from "../evidence/index.ts";
import { verdictOfThrown } from "./choosing.ts";

test("an app that somebody else runs is not asked for another page where none could show what was planted", () => {
  const thrown = new NothingShown("The page shows nothing.", "It needs another page.");
  expect(verdictOfThrown(thrown, {}).evidence).toContain("Give --start");
  expect(verdictOfThrown(thrown, { start: "npm start" }).evidence).toContain("It needs another page.");
  const other = new NotTested("Nothing answered.", "It needs a portal that opens.");
  expect(verdictOfThrown(other, {}).evidence).toContain("a portal that opens");
});
