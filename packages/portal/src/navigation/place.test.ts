import { expect, test } from "vitest";
import { keepPlace, placeNow, takePlace } from "./place.ts";

const owner = { installedAppId: "instapp_1", userId: "user_1" };
const now = Date.parse("2026-11-26T13:45:00Z");

function storage() {
  const kept = new Map<string, string>();
  return () => ({
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
    removeItem: (key: string) => void kept.delete(key),
  });
}

test("a place is found once, by the same member of the same installation", () => {
  const open = storage();
  const place = placeNow({ pathname: "/portal/runs", search: "?status=failed" });
  expect(keepPlace(open, owner, place, now)).toBe(true);
  expect(takePlace(open, { ...owner, userId: "user_2" }, now)).toBeUndefined();
  expect([takePlace(open, owner, now + 1), takePlace(open, owner, now + 2)]).toEqual([
    "/runs?status=failed",
    undefined,
  ]);
});

test("an old place, one of another site, and one that is none are not gone to", () => {
  const open = storage();
  for (const [place, at] of [
    ["/runs", now - 13 * 3_600_000],
    ["//elsewhere.example.com", now],
    ["https://elsewhere.example.com", now],
  ] as const) {
    keepPlace(open, owner, place, at);
    expect(takePlace(open, owner, now)).toBeUndefined();
  }
  open().setItem("annex.place.instapp_1.user_1", "not JSON");
  expect(takePlace(open, owner, now)).toBeUndefined();
});

test("where the frame may keep nothing, it says so and fails at nothing", () => {
  const denied = () => {
    throw new Error("SecurityError");
  };
  expect([keepPlace(denied, owner, "/runs", now), takePlace(denied, owner, now)]).toEqual([false, undefined]);
});
