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
