import { expect, test } from "vitest";
import { seenMeanwhile } from "./key-in-arguments.ts";

const done = async () => undefined;
const rest = () => new Promise<void>((resolve) => setImmediate(resolve));

test("what is there while something is done is seen, and at its end", async () => {
  let looks = 0;
  const look = () => {
    looks += 1;
    return [`look ${looks}`];
  };
  expect([...(await seenMeanwhile(look, done, rest))]).toEqual(["look 1", "look 2"]);
});

test("nobody looks any more when what is done has failed", async () => {
  let looks = 0;
  const look = () => {
    looks += 1;
    return [`look ${looks}`];
  };
  await expect(seenMeanwhile(look, () => Promise.reject(new Error("gone")), rest)).rejects.toThrow("gone");
  const before = looks;
  for (let turn = 0; turn < 5; turn += 1) await rest();
  expect(looks).toBe(before);
});

test("a look that fails is told when all is done, and by nothing else", async () => {
  const look = () => {
    throw new Error("no such process");
  };
  let isDone = false;
  const act = async () => {
    await new Promise(setImmediate);
    isDone = true;
  };
  await expect(seenMeanwhile(look, act, rest)).rejects.toThrow("no such process");
  expect(isDone).toBe(true);
});
