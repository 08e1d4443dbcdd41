import { describe, expect, test } from "vitest";
import { checkedSchedule, dueTime, nextTime, usualSchedule } from "./schedule.ts";

const at = (text: string) => Date.parse(text);
const berlin = { cron: "30 2 * * *", timeZone: "Europe/Berlin" };

describe("when a sync is due", () => {
  test.each<[string, string, string, string | undefined]>([
    ["just before its time", "2026-11-25T12:00:00Z", "2026-11-26T01:29:59Z", undefined],
    [
      "at its very time, in its own zone",
      "2026-11-25T12:00:00Z",
      "2026-11-26T01:30:00Z",
      "2026-11-26T01:30:00Z",
    ],
    ["a little later", "2026-11-25T12:00:00Z", "2026-11-26T01:34:00Z", "2026-11-26T01:30:00Z"],
    ["dealt with already", "2026-11-26T01:30:00Z", "2026-11-26T01:34:00Z", undefined],
    ["once for all that was missed", "2026-11-20T00:00:00Z", "2026-11-26T12:00:00Z", "2026-11-26T01:30:00Z"],
    [
      "in summer an hour earlier in UTC",
      "2026-07-01T00:00:00Z",
      "2026-07-01T00:31:00Z",
      "2026-07-01T00:30:00Z",
    ],
  ])("%s", (_name, since, now, due) => {
    expect(dueTime(berlin, at(since), at(now))).toBe(due === undefined ? undefined : at(due));
  });

  // In Berlin 02:30 is no time on 29 March 2026, and there are two of them on 25 October.
  test.each([
    [
      "an hour that is left out: once, right after it",
      "30 2 * * *",
      "Europe/Berlin",
      "2026-03-28T12:00Z",
      "2026-03-29T12:00Z",
      "2026-03-29T01:00Z",
    ],
    [
      "an hour that comes twice: the first time",
      "30 2 * * *",
      "Europe/Berlin",
      "2026-10-24T12:00Z",
      "2026-10-25T12:00Z",
      "2026-10-25T00:30Z",
    ],
    [
      "… and not again the second time",
      "30 2 * * *",
      "Europe/Berlin",
      "2026-10-25T00:30Z",
      "2026-10-25T12:00Z",
      undefined,
    ],
    [
      "every hour, also the one that comes twice",
      "0 * * * *",
      "Europe/Berlin",
      "2026-10-25T00:00Z",
      "2026-10-25T01:05Z",
      "2026-10-25T01:00Z",
    ],
    [
      "an offset of three quarters of an hour",
      "0 9 * * *",
      "Asia/Kathmandu",
      "2026-06-01T00:00Z",
      "2026-06-01T12:00Z",
      "2026-06-01T03:15Z",
    ],
    [
      "a clock that moves by half an hour",
      "0 2 * * *",
      "Australia/Lord_Howe",
      "2026-10-03T12:00Z",
      "2026-10-03T16:00Z",
      "2026-10-03T15:30Z",
    ],
    [
      "a midnight that is left out",
      "0 0 * * *",
      "Africa/Cairo",
      "2026-04-23T12:00Z",
      "2026-04-24T12:00Z",
      "2026-04-23T22:00Z",
    ],
    [
      "a day that only leap years have",
      "0 0 29 2 *",
      "UTC",
      "2027-01-01T00:00Z",
      "2028-03-01T00:00Z",
      "2028-02-29T00:00Z",
    ],
  ])("%s", (_what, cron, timeZone, since, now, due) => {
    const found = dueTime({ cron, timeZone }, Date.parse(since), Date.parse(now));
    expect(found && new Date(found).toISOString()).toBe(due && new Date(due).toISOString());
  });

  test("never, where nobody wants it", () => {
    expect(dueTime({ timeZone: "UTC" }, 0, at("2026-11-26T12:00:00Z"))).toBeUndefined();
    expect(nextTime({ timeZone: "UTC" }, 0)).toBeUndefined();
  });

  test("next, for the page", () => {
    expect(nextTime(usualSchedule, at("2026-11-26T12:10:00Z"))).toBe(at("2026-11-26T13:00:00Z"));
  });
});

describe("what is refused, by its field", () => {
  test.each([
    [{ cron: "soon", timeZone: "UTC" }, "cron"],
    [{ cron: "* * * * * *", timeZone: "UTC" }, "cron"],
    [{ cron: "61 * * * *", timeZone: "UTC" }, "cron"],
    [{ cron: "0 0 30 2 *", timeZone: "UTC" }, "cron"],
    [{ cron: "0 * * * *", timeZone: "Mars/Olympus" }, "time_zone"],
  ])("%j", (schedule, field) => {
    expect(() => checkedSchedule(schedule)).toThrow(
      expect.objectContaining({ code: "invalid_schedule", status: 422, details: { field } }),
    );
  });

  test("spaces are none of its business", () => {
    expect(checkedSchedule({ cron: "  0  7 * *  1-5 ", timeZone: "UTC" }).cron).toBe("0 7 * * 1-5");
  });
});
