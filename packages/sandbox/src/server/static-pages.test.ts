/** The dashboard's build as it is served: caching, security headers, and nothing from outside it. */
import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createStaticPages } from "./static-pages.ts";

let outside: string;
let build: string;
const request = (headers: Record<string, string> = {}) => new Request("http://127.0.0.1/", { headers });
const pages = () => createStaticPages(build);
const page = (headers: Record<string, string> = {}) => pages().page(request(headers));
const file = (path: string) => pages().file(request(), path);

beforeAll(() => {
  outside = mkdtempSync(join(tmpdir(), "annex-pages-"));
  build = join(outside, "dist");
  mkdirSync(join(build, "assets"), { recursive: true });
  writeFileSync(join(build, "index.html"), "<title>Page</title>");
  writeFileSync(join(build, "assets", "main-abc123.js"), "export {};");
  writeFileSync(join(outside, "secret.txt"), "secret");
});
afterAll(() => rmSync(outside, { recursive: true, force: true }));

test("the page, with what keeps it to itself", async () => {
  const answer = await page();
  expect(await answer.text()).toBe("<title>Page</title>");
  expect(answer.headers.get("cache-control")).toBe("no-cache");
  expect(answer.headers.get("content-type")).toBe("text/html; charset=utf-8");
  expect(answer.headers.get("content-security-policy")).toContain("frame-ancestors 'none'");
  expect(answer.headers.get("content-security-policy")).toContain("script-src 'self';");
  expect(answer.headers.get("referrer-policy")).toBe("no-referrer");
});

test("files with a hash in their name are kept for ever, the page is asked for again", async () => {
  const script = await file("/assets/main-abc123.js");
  expect(script?.headers.get("cache-control")).toBe("public, max-age=31536000, immutable");
  expect(script?.headers.get("content-type")).toBe("text/javascript; charset=utf-8");
  const again = await page({ "if-none-match": (await page()).headers.get("etag") ?? "" });
  expect(again.status).toBe(304);
  expect(await again.text()).toBe("");
});

test("a later build is served in place of the one before", async () => {
  const served = pages();
  const name = join(build, "version.txt");
  writeFileSync(name, "one");
  expect(await (await served.file(request(), "/version.txt"))?.text()).toBe("one");
  writeFileSync(name, "two");
  utimesSync(name, new Date(), new Date(Date.now() + 5000));
  expect(await (await served.file(request(), "/version.txt"))?.text()).toBe("two");
});

test("what is outside the build, or names no file of it, is none", async () => {
  const paths = [
    "/../secret.txt",
    "/%2e%2e/secret.txt",
    "/..%2fsecret.txt",
    "/",
    "/ledgers",
    "/%00",
    "/%E0%A4%A",
  ];
  for (const path of paths) expect(await file(path), path).toBeUndefined();
  expect((await file("/assets/gone.js"))?.status).toBe(404);
});

test("without a build, the page says how to make one", async () => {
  const answer = await createStaticPages(join(outside, "none")).page(request());
  expect(answer.status).toBe(503);
  expect(await answer.text()).toContain("npm run build");
});
