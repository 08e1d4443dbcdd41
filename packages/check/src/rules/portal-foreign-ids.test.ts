import { expect, test } from "vitest";
import { hasCode } from "./portal-foreign-ids.ts";

test.for([
  ['{"code":"instance_mismatch"}', true],
  ['{"error":{"code":"mismatch","message":"Not yours."}}', true],
  ['{"errors":[{"code":"mismatch"}]}', true],
  ['{"type":"https://a.test/problems/mismatch","title":"Not yours."}', true],
  ['{"error":"It is not yours.","status":403}', false],
  ['{"error":{"message":"It is not yours."},"see":"https://a.test/help"}', false],
  ['"mismatch"', false],
  ["mismatch", false],
] as const)("whether %s holds a code: %s", ([text, expected]) => {
  expect(hasCode({ text })).toBe(expected);
});
