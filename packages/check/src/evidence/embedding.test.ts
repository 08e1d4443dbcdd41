import { embeddingHeader } from "@annex/protocol";
import { expect, test } from "vitest";
import { embeddingProblems } from "./embedding.ts";

const problems = (policy: string | undefined) => embeddingProblems(policy).map(({ problem }) => problem);

test("the contract's header has no problem, among other directives, in any case, or with this machine added", () => {
  expect(problems(embeddingHeader())).toEqual([]);
  expect(
    problems(`default-src 'self'; ${embeddingHeader().replace("frame", "Frame")}; object-src 'none'`),
  ).toEqual([]);
  expect(problems(embeddingHeader(["http://localhost:4400", "http://127.0.0.1:4400"]))).toEqual([]);
});

test.for([
  [undefined, "it has no frame-ancestors directive"],
  ["default-src 'self'", "it has no frame-ancestors directive"],
  [
    "frame-ancestors 'self' https://blnkfinance.com https://*.blnkfinance.com https://evil.example",
    "frame-ancestors lets https://evil.example in",
  ],
  ["frame-ancestors 'self' https://*.blnkfinance.com", "frame-ancestors lacks https://blnkfinance.com"],
] as const)("%s", ([policy, problem]) => {
  expect(problems(policy)).toContain(problem);
});

test("of two policies both count", () => {
  expect(problems(`${embeddingHeader()}, frame-ancestors 'none'`)).not.toEqual([]);
});
