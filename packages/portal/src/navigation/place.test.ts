import { expect, test } from "vitest";
import { forgetOldPlaces, keepPlace, placeNow, takePlace } from "./place.ts";

const owner = { installedAppId: "instapp_1", userId: "user_1" };
const now = Date.parse("2026-11-26T13:45:00Z");

function storage() {
  const kept = new Map<string, string>();
  return () => ({
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
    removeItem: (key: string) => void kept.delete(key),
    key: (index: number) => [...kept.keys()][index] ?? null,
    get length() {
      return kept.size;
    },
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

test("where nobody is named, a place is kept and nothing that was typed, by an earlier release neither", () => {
  const open = storage();
  const nobody = { installedAppId: "instapp_1" };
  keepPlace(open, nobody, { place: "/findings", drafts: { reason: "Mine" } }, now);
  expect(open().getItem("annex.place.instapp_1.")).not.toContain("Mine");
  expect(takePlace(open, nobody, now)).toEqual({ place: "/findings", drafts: {} });
  const earlier = { place: "/findings", drafts: { reason: "Mine" }, at: now };
  open().setItem("annex.place.instapp_1.", JSON.stringify(earlier));
  expect(takePlace(open, nobody, now)).toEqual({ place: "/findings", drafts: {} });
});

test("a second tab that ends keeps what the first one promised to, its own words first and no more than twenty", () => {
  const open = storage();
  const first = Object.fromEntries(
    Array.from({ length: 20 }, (_text, index) => [`reason ${index}`, "first"]),
  );
  keepPlace(open, owner, { place: "/findings", drafts: first }, now);
  keepPlace(open, owner, { place: "/runs", drafts: { "reason 3": "second", days: "second" } }, now + 1);
  const { "reason 0": _oldest, ...others } = first;
  expect(takePlace(open, owner, now + 2)).toEqual({
    place: "/runs",
    drafts: { ...others, "reason 3": "second", days: "second" },
  });
  keepPlace(open, owner, { place: "/findings", drafts: first }, now - 13 * 3_600_000);
  keepPlace(open, owner, { place: "/runs", drafts: {} }, now);
  expect(takePlace(open, owner, now)?.drafts).toEqual({});
});

test("what is too old goes whoever it was kept for, and nothing else does", () => {
  const open = storage();
  const drafts = { reason: "Settled" };
  keepPlace(open, { ...owner, userId: "user_gone" }, { place: "/runs", drafts }, now - 12 * 3_600_000);
  open().setItem("annex.place.instapp_1.user_broken", "not JSON");
  open().setItem("of.somebody.else", "not JSON");
  keepPlace(open, owner, { place: "/runs", drafts }, now);
  forgetOldPlaces(open, now);
  const left = Array.from({ length: open().length }, (_key, index) => open().key(index));
  expect(left.sort()).toEqual(["annex.place.instapp_1.user_1", "of.somebody.else"]);
  expect(takePlace(open, owner, now)?.drafts).toEqual(drafts);
});

test("where the frame may keep nothing, it says so and fails at nothing", () => {
  const denied = () => {
    throw new Error("SecurityError");
  };
  expect([
    keepPlace(denied, owner, { place: "/runs", drafts: {} }, now),
    takePlace(denied, owner, now),
    forgetOldPlaces(denied, now),
  ]).toEqual([false, undefined, undefined]);
});
