import { expect, test } from "vitest";
import { NotTested } from "../evidence/index.ts";
import type { World } from "../world/index.ts";
import foreignFrame from "./foreign-frame.ts";

test("a portal whose page never comes up is named by what it did, though none more is opened", async () => {
  const world = {
    inVain: ["gave no answer within 6 s"],
    once: () => Promise.reject(new NotTested("The page did not come up.", "Mend that first.")),
  };
  const { verdict, evidence } = await foreignFrame.check(world as unknown as World);
  expect([verdict, evidence]).toEqual([
    "fail",
    "In a frame of https://cloud.blnkfinance.com the portal's page gave no answer within 6 s.",
  ]);
});
