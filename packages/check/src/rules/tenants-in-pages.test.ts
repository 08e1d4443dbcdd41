import { expect, test } from "vitest";
import type { Exchange } from "../evidence/index.ts";
import { keptForAnother } from "./tenants-in-pages.ts";

const asked = (
  headers: Record<string, string>,
  url = "http://a.test/api/notes",
  requestHeaders: Record<string, string> = {},
): Exchange => ({
  method: "GET",
  url,
  requestHeaders,
  requestBody: "",
  answer: { status: 200, headers, cookies: [], text: "mark of mine", milliseconds: 1, error: null },
});
const seen = (...exchanges: readonly Exchange[]) => ({ exchanges, records: ["mark of mine"] });
const other = seen(asked({}));

test.for([
  [{ "cache-control": "public, max-age=600" }, 1],
  [{ "cache-control": "private, max-age=600" }, 1],
  [{ "cache-control": "s-maxage=60" }, 1],
  [{ "cache-control": "no-store" }, 0],
  [{ "cache-control": "private, max-age=0" }, 0],
  [{ "cache-control": "private, no-cache, max-age=600" }, 0],
  [{ "cache-control": "private, max-age=600", vary: "Accept, Authorization" }, 0],
  [{}, 0],
] as const)("records answered with %j are kept for another: %d", ([headers, found]) => {
  expect(keptForAnother(seen(asked(headers)), other)).toHaveLength(found);
});

test("what no other tenant asks for is kept for none", () => {
  const own = asked({ "cache-control": "max-age=600" }, "http://a.test/api/of-mine/notes");
  expect(keptForAnother(seen(own), other)).toEqual([]);
});

test("what varies by a header of the app's own is kept for each who says something else in it", () => {
  const headers = { "cache-control": "private, max-age=5", vary: "Accept, X-Portal-Key" };
  const by = (key: string) => seen(asked(headers, undefined, { accept: "*/*", "x-portal-key": key }));
  expect(keptForAnother(by("of mine"), by("of the other"))).toEqual([]);
  expect(keptForAnother(by("of both"), by("of both"))).toHaveLength(1);
});
