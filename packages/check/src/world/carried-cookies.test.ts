import { expect, test } from "vitest";
import { carriedOf, noteGiven } from "./carried-cookies.ts";

const session = { name: "session", value: "6f1ed002" };
const visitor = { name: "visitor", value: "1" };

test("a cookie that an answer gives is of the requests after it, not of its own", () => {
  const profile = {};
  noteGiven(profile, ["session=6f1ed002; Path=/; Secure", "visitor=1"], 20);
  expect(carriedOf(profile, [session, visitor], 10)).toEqual({});
  expect(carriedOf(profile, [session, visitor], 21)).toEqual({ cookie: "session=6f1ed002; visitor=1" });
});

test("a cookie that is given again was carried all the same", () => {
  const profile = {};
  noteGiven(profile, ["session=6f1ed002"], 20);
  noteGiven(profile, ["session=6f1ed002; Max-Age=900"], 40);
  expect(carriedOf(profile, [session], 30)).toEqual({ cookie: "session=6f1ed002" });
  expect(carriedOf({}, [session], 30)).toEqual({ cookie: "session=6f1ed002" });
});
