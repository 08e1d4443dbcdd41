import { expect, test } from "vitest";
import { NotTested } from "../evidence/index.ts";
import type { World } from "../world/index.ts";
import foreignFrame from "./foreign-frame.ts";

const silent = "gave no answer within 6 s";

function worldWith(inVain: readonly string[]): World {
  const refuse = () => Promise.reject(new NotTested("The portal gave no link.", "Mend that first."));
  return { inVain, once: refuse } as unknown as World;
}

test("a portal whose page never comes up is named by what it did, though none more is opened", async () => {
  const { verdict, evidence } = await foreignFrame.check(worldWith([silent, silent, silent]));
  expect([verdict, evidence]).toEqual([
    "fail",
    "In a frame of https://cloud.blnkfinance.com the portal's page gave no answer within 6 s.",
  ]);
});

test("one page that did not come up, elsewhere, is no ground where this one could not be looked at", async () => {
  await expect(foreignFrame.check(worldWith([silent]))).rejects.toThrow("The portal gave no link.");
});
