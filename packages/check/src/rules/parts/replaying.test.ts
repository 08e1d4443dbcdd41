import { expect, test } from "vitest";
import type { Exchange } from "../../evidence/index.ts";
import { swapped } from "./replaying.ts";

const call = (given: Partial<Exchange>): Exchange => ({
  method: "POST",
  url: "https://a.test/enter",
  requestHeaders: {},
  requestBody: "",
  answer: { status: 200, headers: {}, cookies: [], text: "", milliseconds: 1, error: null },
  ...given,
});

test("a token is swapped however it is encoded in an address or a form", () => {
  const swaps = [["a+b/c=", "x+y/z="]] as const;
  expect(swapped(call({ url: "https://a.test/enter?of=1&token=a%2Bb%2Fc%3D" }), swaps)?.url).toBe(
    "https://a.test/enter?of=1&token=x%2By%2Fz%3D",
  );
  expect(swapped(call({ requestBody: "session=a%2Bb%2Fc%3D&text=+" }), swaps)?.requestBody).toBe(
    "session=x%2By%2Fz%3D&text=+",
  );
});

test("what holds nothing to swap is no other call, to the letter", () => {
  expect(swapped(call({ url: "https://a.test/enter?" }), [["secret", "other"]])).toBeUndefined();
});
