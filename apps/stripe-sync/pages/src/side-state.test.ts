import { expect, test } from "vitest";
import { mayAnswerWithin, needsKey, sideBadge } from "./side-state.ts";

const failure = (code: string, retry_after?: number) => ({
  ok: false,
  failure: { code, error: "It failed.", next: "Try again.", retry_after },
});

test.each([
  [{ ok: true }, "success", "Connected", false],
  [{ ok: false }, "danger", "Not reachable", true],
  [failure("provider_unreachable"), "danger", "Not reachable", true],
  [failure("instance_unavailable", 10), "danger", "Not reachable", true],
  [failure("instance_unavailable", 11), "danger", "Not reachable", false],
  [failure("provider_rate_limited"), "warning", "At its limit", false],
  [failure("rate_limited", 1), "warning", "At its limit", false],
  [failure("no_stripe_key"), "neutral", "No key", false],
  [failure("provider_refused_key"), "danger", "Key refused", false],
])("%o is %s, %s, and soon worth asking: %s", (side, tone, words, soon) => {
  expect(sideBadge(side)).toEqual({ tone, words });
  expect(mayAnswerWithin(side, 10_000)).toBe(soon);
});

test("only what a key mends needs one", () => {
  const codes = ["no_stripe_key", "provider_refused_key", "provider_rate_limited", "provider_unreachable"];
  expect(codes.filter((code) => needsKey(failure(code).failure))).toEqual(codes.slice(0, 2));
});
