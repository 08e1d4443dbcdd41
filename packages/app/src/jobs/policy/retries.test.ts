import { CloudRefused, CoreError } from "@annex/client";
import { expect, test } from "vitest";
import { AppError, errorState, ProviderUnreachable, RateLimited } from "../../errors/app-error.ts";
import { describeFailure } from "../../errors/describe.ts";
import {
  hookRetries,
  longestWaitMilliseconds,
  retryPolicy,
  toJobFailure,
  waitBeforeRetry,
} from "./retries.ts";

const mistake = (status: number) => new AppError({ code: "x", status, whatHappened: "X.", whatToDo: "Y." });
const usual = retryPolicy(undefined);

test.each([
  ["a trouble of the app", errorState("app_failed"), 0, 0, 500],
  ["with the most jitter", errorState("app_failed"), 0, 1, 1000],
  ["the third in a row", new ProviderUnreachable("Stripe"), 2, 0, 2000],
  ["never later than five minutes", new ProviderUnreachable("Stripe"), 4, 1, 16_000],
  ["as asked", new RateLimited("Stripe", 30), 0, 0, 30_000],
  // Read out of a header that holds a date.
  ["a wait that is no number", new RateLimited("Stripe", Number("Wed, 21 Oct 2026 07:28:00 GMT")), 0, 0, 500],
  ["a wait into the past", new RateLimited("Stripe", -5), 0, 0, 500],
  ["an unavailable instance", errorState("instance_unavailable"), 0, 0, 500],
  ["a lock held by another", mistake(423), 0, 0, 500],
  ["one too many", errorState("app_failed"), 5, 0, undefined],
  ["a mistake", mistake(400), 0, 0, undefined],
  ["a missing permission", errorState("missing_permission"), 0, 0, undefined],
  ["a dead key", errorState("key_revoked"), 0, 0, undefined],
])("after %s", (_name, error, failures, random, wait) => {
  expect(waitBeforeRetry(error, { failures, createdAt: 0 }, usual, 1000, random)).toBe(wait);
});

const hour = 3_600_000;
const away = errorState("instance_unavailable");

test("the longest wait is five minutes", () => {
  const policy = retryPolicy({ maximum: 100 });
  const failed = { failures: 50, createdAt: 0 };
  expect(waitBeforeRetry(errorState("app_failed"), failed, policy, 0, 1)).toBe(300_000);
});

test.each([
  ["a hook's first pause", 0, 0, 1000],
  ["a hook's longest pause", 40, 20 * hour, hour],
  ["a hook a day after its event", 50, 24 * hour, undefined],
  // A look at a clock that was a day ahead gave a hook up with its first failure.
  ["a hook whose event came a moment ago, by a clock that is a day ahead now", 1, 24 * hour, 2000],
])("%s", (_name, failures, now, wait) => {
  expect(waitBeforeRetry(away, { failures, createdAt: 0 }, hookRetries, now, 1)).toBe(wait);
});

test("whatever a provider asks for, nothing waits longer than the longest wait", () => {
  const waits = waitBeforeRetry(new RateLimited("Stripe", 1e9), { failures: 0, createdAt: 0 }, usual, 0, 1);
  expect(waits).toBe(longestWaitMilliseconds);
});

test("a hook that is asked to wait a day each time ends after a day all the same", () => {
  const asked = new RateLimited("Stripe", 24 * 3600);
  let now = 0;
  for (let failures = 0; ; failures += 1) {
    const waits = waitBeforeRetry(asked, { failures, createdAt: 0 }, hookRetries, now, 1);
    if (waits === undefined) break;
    now += waits;
  }
  expect(now).toBe(24 * hour);
});

test.each([
  [
    "the ledger",
    new CoreError({ coreCode: "TXN_GONE", message: "It is gone.", status: 404, requestId: "req_1" }),
  ],
  ["Blnk Cloud", new CloudRefused({ cloudCode: "instance_mismatch", message: "Another.", status: 403 })],
  ["Stripe", new ProviderUnreachable("Stripe")],
  [undefined, new Error("a mistake of the app's")],
])("%s is named as who failed", (who, thrown) => {
  expect(toJobFailure(describeFailure(thrown), "ref_1").provider).toBe(who);
});

test("what is kept of a failure has its secrets masked", () => {
  const error = new AppError({
    code: "x",
    status: 500,
    whatHappened: "Sent blnk_abcdefghijk.",
    whatToDo: "Y.",
  });
  expect(JSON.stringify(toJobFailure(error, "ref_1"))).not.toContain("defghijk");
});
