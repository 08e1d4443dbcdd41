import { expect, it } from "vitest";
import { DatabaseError } from "../store/database.ts";
import { delayAfter, isOnlyWaiting, TryLater } from "./try-later.ts";

const second = 1_000_000_000n;
const refusedWith = (sqlState: string) => new DatabaseError("refused", sqlState, undefined, undefined);

it.each([
  ["that something else has to happen first", new TryLater("the hold is not placed yet"), true],
  ["that somebody else keeps a row locked", refusedWith("55P03"), true],
  ["that somebody else was first in a circle", refusedWith("40P01"), true],
  ["that the disk is full", refusedWith("53100"), false],
  ["that the code is at fault", new Error("no such thing"), false],
])("work that finds %s is tried again %#", (_what, error, soon) => {
  expect(isOnlyWaiting(error)).toBe(soon);
  expect(delayAfter(error, 0)).toBe(soon ? second : 15n * second);
});
