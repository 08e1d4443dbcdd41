import { expect, test } from "vitest";
import { portalUrlIn } from "./lifecycle.ts";

const answer = (text: string) => ({
  status: 200,
  headers: {},
  cookies: [],
  text,
  milliseconds: 3,
  error: null,
});

test.for([
  ["https://app.example/portal?token=x", "https://app.example/portal?token=x"],
  ["javascript:alert(1)", undefined],
  ["/portal?token=x", undefined],
] as const)("a launch that is answered with %s leads to %s", ([given, url]) => {
  expect(portalUrlIn(answer(JSON.stringify({ portal_url: given })))).toBe(url);
});

test.for(["", "null", '{"portal_url":'])("%s is no answer with a URL", (text) => {
  expect(portalUrlIn(answer(text))).toBeUndefined();
});
