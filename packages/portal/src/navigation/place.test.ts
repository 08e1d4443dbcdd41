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
  const drafts = { reason: "Settled with the network" };
  expect(keepPlace(open, owner, { place, drafts }, now)).toBe(true);
  expect(takePlace(open, { ...owner, userId: "user_2" }, now)).toBeUndefined();
  expect([takePlace(open, owner, now + 1), takePlace(open, owner, now + 2)]).toEqual([
    { place: "/runs?status=failed", drafts },
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
    keepPlace(open, owner, { place, drafts: {} }, at);
    expect(takePlace(open, owner, now)).toBeUndefined();
  }
  open().setItem(
    "annex.place.instapp_1.user_1",
    JSON.stringify({ place: "/", at: now, drafts: { a: 1, b: "two" } }),
  );
  expect(takePlace(open, owner, now)?.drafts).toEqual({ b: "two" });
  open().setItem("annex.place.instapp_1.user_1", "not JSON");
  expect(takePlace(open, owner, now)).toBeUndefined();
});

test("where the frame may keep nothing, it says so and fails at nothing", () => {
  const denied = () => {
    throw new Error("SecurityError");
  };
  expect([
    keepPlace(denied, owner, { place: "/runs", drafts: {} }, now),
    takePlace(denied, owner, now),
  ]).toEqual([false, undefined]);
});
