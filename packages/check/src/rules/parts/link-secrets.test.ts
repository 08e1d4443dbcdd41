import { expect, test } from "vitest";
import { leakOf } from "./link-secrets.ts";

const links = [
  ["0192f0c1", "6f1ed002"],
  ["0192f0c2", "7a2fe113"],
];

test.for([
  ["nothing", "", "none"],
  ["a launch's id alone", "launch 0192f0c1", "some"],
  ["the ids and tokens of different launches", "0192f0c1 7a2fe113", "some"],
  ["a whole link", "0192f0c2?t=7a2fe113", "all"],
] as const)("%s", ([, text, leak]) => {
  expect(leakOf(links, (secret) => text.includes(secret))).toBe(leak);
});
