import { expect, test } from "vitest";
import { NotTested } from "../evidence/index.ts";
import { judgeEmbedding } from "./embedding-header.ts";

function answered(headers: Readonly<Record<string, string>>) {
  const all = { "content-type": "text/html", ...headers };
  const answer = {
    status: 302,
    headers: all,
    cookies: [],
    text: "<p>Moved</p>",
    milliseconds: 1,
    error: null,
  };
  return [{ url: "https://app.test/portal", answer }];
}

test("an answer that leads elsewhere is no page", () => {
  expect(() => judgeEmbedding(answered({ location: "/elsewhere" }))).toThrow(NotTested);
});

test("one with a redirect's status that leads nowhere is shown, and needs the header", () => {
  expect(judgeEmbedding(answered({})).verdict).toBe("fail");
});
