/** The dashboard's build as it is served: caching, security headers, and its page for every address. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createStaticPages } from "./static-pages.ts";

let outside: string;
let build: string;
const pages = () => createStaticPages(build);
const get = (path: string, headers: Record<string, string> = {}) =>
  pages().answer(new Request("http://localhost/", { headers }), path);

beforeAll(() => {
  outside = mkdtempSync(join(tmpdir(), "annex-pages-"));
  build = join(outside, "dist");
  mkdirSync(join(build, "assets"), { recursive: true });
  writeFileSync(join(build, "index.html"), "<title>Page</title>");
  writeFileSync(join(build, "assets", "main-abc123.js"), "export {};");
  writeFileSync(join(outside, "secret.txt"), "secret");
});
afterAll(() => rmSync(outside, { recursive: true, force: true }));

test("the page for the root and for every address that names no file", async () => {
  for (const path of ["/", "/i/inst_1/apps", "/login", "/%E0%A4%A", "/%00"]) {
    const answer = await get(path);
    expect(await answer.text(), path).toBe("<title>Page</title>");
    expect(answer.headers.get("cache-control")).toBe("no-cache");
    expect(answer.headers.get("content-type")).toBe("text/html; charset=utf-8");
    expect(answer.headers.get("content-security-policy")).toContain("frame-ancestors 'none'");
    expect(answer.headers.get("content-security-policy")).toContain("script-src 'self';");
    expect(answer.headers.get("referrer-policy")).toBe("no-referrer");
  }
});

test("files with a hash in their name are kept for ever, the page is asked for again", async () => {
  const script = await get("/assets/main-abc123.js");
  expect(script.headers.get("cache-control")).toBe("public, max-age=31536000, immutable");
  expect(script.headers.get("content-type")).toBe("text/javascript; charset=utf-8");
  const page = await get("/");
  const again = await get("/", { "if-none-match": page.headers.get("etag") ?? "" });
  expect(again.status).toBe(304);
  expect(await again.text()).toBe("");
});

test("a file that is not there, and one outside the build, are not found", async () => {
  for (const path of ["/assets/gone.js", "/../secret.txt", "/%2e%2e/secret.txt", "/..%2fsecret.txt"]) {
    const answer = await get(path);
    expect(answer.status, path).toBe(404);
    expect(await answer.text()).not.toContain("secret");
  }
});

test("without a build, the page says how to make one", async () => {
  const answer = await createStaticPages(join(outside, "none")).answer(new Request("http://localhost/"), "/");
  expect(answer.status).toBe(503);
  expect(await answer.text()).toContain("npm run build");
});
