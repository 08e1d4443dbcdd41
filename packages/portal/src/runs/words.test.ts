import { expect, test } from "vitest";
import { memberWords } from "../members/member-words.ts";
import {
  causeWords,
  goesOnAt,
  isWaiting,
  runDuration,
  runTitle,
  waitingFor,
  waitingHelp,
  whoFailed,
} from "./words.ts";

const now = new Date("2026-11-26T13:44:00Z");

test("a run's length: none before it starts, until now while it goes on, to its end after", () => {
  expect(runDuration({}, now)).toBeUndefined();
  expect(runDuration({ started_at: "2026-11-26T13:43:00Z" }, now)).toBe("1 min 0 s");
  const ended = { started_at: "2026-11-26T11:00:00Z", finished_at: "2026-11-26T11:00:05Z" };
  expect(runDuration(ended, now)).toBe("5.0 s");
});

test("a waiting run says for whom and until when, with the date only on another day", () => {
  const error = { code: "rate_limited", error: "Too many.", next: "Wait.", reference: "ref_1" };
  expect(waitingFor({ error: { ...error, provider: "Blnk Cloud" } })).toBe("Blnk Cloud");
  expect(waitingFor({ error: { ...error, code: "instance_unavailable" } })).toBe("the instance");
  expect(waitingHelp({ code: "instance_unavailable" })).toMatch(/start it/);
  expect(waitingHelp(error)).toBe("");
  expect([waitingFor({ error }), waitingFor({})]).toEqual(["its next try", "its time"]);
  expect(goesOnAt("2026-11-26T13:45:10Z", now)).toBe("13:45:10 UTC");
  expect(goesOnAt("2026-11-27T00:10:00Z", now)).toBe("2026-11-27 00:10:00 UTC");
  expect([
    isWaiting({ status: "queued", waits_until: "2026-11-26T13:45:10Z" }),
    isWaiting({ status: "queued" }),
  ]).toEqual([true, false]);
});

test.each([
  [{ code: "provider_unreachable", provider: "Stripe" }, "Stripe"],
  [{ code: "instance_unavailable" }, "the ledger"],
  [{ code: "key_revoked" }, "Blnk Cloud"],
  [{ code: "missing_permission" }, undefined],
  [{ code: "outcome_unknown", provider: "Stripe" }, undefined],
  [{ code: "anything_else" }, "this app"],
])("%o is the failure of %s", (failure, who) => {
  const error = { error: "It failed.", next: "Look.", reference: "ref_1", ...failure };
  expect(whoFailed({ status: "failed", error })).toBe(who);
  // What a run waits for it has not failed of.
  expect(whoFailed({ status: "queued", error })).toBeUndefined();
});

test.each([
  [undefined, "nobody knows whom"],
  [{ by: "schedule", schedule: "nightly" }, "the schedule “nightly”"],
  [{ by: "outside", from: "Stripe's webhook" }, "Stripe's webhook"],
  [{ by: "outside" }, "something outside"],
  [{ by: "install" }, "the install"],
] as const)("what started a run: %o is %s", (cause, words) => {
  expect(causeWords(cause)).toBe(words);
});

test.each([
  ["2026-11-26T13:45:10Z", "Sync, 2026-11-26 13:45:10 UTC"],
  ["", "Sync"],
])("a run made at %o is called %s", (at, words) => {
  expect(runTitle({ title: "Sync", created_at: at })).toBe(words);
});

test("a member is you, or has no words but his id", () => {
  expect(memberWords("user_1", "user_1")).toBe("you");
  expect(memberWords("user_2", "user_1")).toBeUndefined();
  expect([memberWords(undefined, "user_1"), memberWords(undefined, undefined)]).toEqual([
    "a member",
    "a member",
  ]);
});
