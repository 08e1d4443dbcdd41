import { expect, test } from "vitest";
import { isTakenIn, judgeOversized } from "./oversized-body.ts";

test.for([
  ["HTTP/1.1 200 OK\r\n", true],
  ["HTTP/1.0 200 OK\r\n", true],
  ["HTTP/1.1 413 Content Too Large\r\n", false],
  ["", false],
] as const)("what is answered %j is taken in: %s", ([raw, isTaken]) => {
  expect(isTakenIn(raw)).toBe(isTaken);
});

test("what can't be sent over https is named", () => {
  expect(judgeOversized({ problems: [], withoutChunks: true }).evidence).toContain("in chunks was not sent");
  expect(judgeOversized({ problems: [], withoutChunks: false }).evidence).not.toContain("chunks");
});
