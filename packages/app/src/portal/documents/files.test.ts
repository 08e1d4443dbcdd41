import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { type TestApp, testApp } from "../../../test/support.ts";

function withFiles(files: Readonly<Record<string, string | Uint8Array>>): TestApp {
  return testApp({ pages: { directory: folderOf(files) } });
}

function folderOf(files: Readonly<Record<string, string | Uint8Array>>): string {
  const directory = mkdtempSync(join(tmpdir(), "annex-files-"));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  for (const [name, content] of Object.entries({ "index.html": "<p>Page", ...files })) {
    mkdirSync(join(directory, name, ".."), { recursive: true });
    writeFileSync(join(directory, name), content);
  }
  return directory;
}

// These answered 404 without a word.
test.each([
  ["a.mjs", "text/javascript; charset=utf-8"],
  ["a.avif", "image/avif"],
  ["a.pdf", "application/pdf"],
  ["a.otf", "font/otf"],
  ["a.csv", "text/csv; charset=utf-8"],
  ["a.mp4", "video/mp4"],
  ["a.webmanifest", "application/manifest+json"],
  ["a.wasm", "application/wasm"],
  ["A.JS", "text/javascript; charset=utf-8"],
  ["a.js.map", "application/json"],
  ["a.md", "text/markdown; charset=utf-8"],
  ["a.tsv", "text/tab-separated-values; charset=utf-8"],
  ["a.wav", "audio/wav"],
  ["a.vtt", "text/vtt; charset=utf-8"],
  ["a.cjs", "text/javascript; charset=utf-8"],
  ["a.xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"],
  ["a.m3u8", "application/vnd.apple.mpegurl"],
  ["a.geojson", "application/geo+json"],
  ["a.7z", "application/x-7z-compressed"],
  ["a.parquet", "application/octet-stream"],
  ["LICENSE", "application/octet-stream"],
  [".well-known/a.txt", "text/plain; charset=utf-8"],
  ["döcs/ä b.txt", "text/plain; charset=utf-8"],
])("%s is served as %s", async (name, contentType) => {
  const app = withFiles({ [name]: "content" });
  const answer = await app.get(`/portal/${encodeURI(name)}`);
  expect([answer.status, answer.headers.get("content-type"), answer.text]).toEqual([
    200,
    contentType,
    "content",
  ]);
});

test("a page beside the first one is a page: framed by Cloud alone, its scripts allowed", async () => {
  const app = withFiles({ "about.html": "<script>1</script>" });
  const page = await app.get("/portal/about.html");
  const policy = page.headers.get("content-security-policy") ?? "";
  expect(policy).toMatch(/^frame-ancestors 'self' https:\/\/blnkfinance\.com/);
  expect(page.text).toContain(`<script nonce="${/'nonce-([^']+)'/.exec(policy)?.[1]}">1</script>`);
});

// An XHTML page was sent without the header, and anybody could frame it.
test.each(["a.xhtml", "a.pdf", "a.xml", "a.txt", "a.svg"])(
  "%s opened on its own is framed by Cloud alone",
  async (name) => {
    const app = withFiles({ [name]: "content" });
    const answer = await app.get(`/portal/${name}`);
    expect(answer.headers.get("content-security-policy")).toMatch(
      /^frame-ancestors 'self' https:\/\/blnkfinance\.com https:\/\/\*\.blnkfinance\.com(;|$)/,
    );
  },
);

// Read as UTF-8, a page that Windows had saved was one text without a tag: no session, no script of its own.
test.each([
  ["UTF-8 with a mark", Buffer.from("\uFEFF<html><p>Zürich")],
  ["UTF-16, little end first", Buffer.from("\uFEFF<html><p>Zürich", "utf16le")],
  ["UTF-16, big end first", Buffer.from("\uFEFF<html><p>Zürich", "utf16le").swap16()],
  ["an encoding that it names", Buffer.from('<html><meta charset="ISO-8859-1"><p>Zürich', "latin1")],
  [
    "an encoding that it names the long way",
    Buffer.from(
      '<html><meta http-equiv="Content-Type" content="text/html; charset=cp1252"><p>Zürich',
      "latin1",
    ),
  ],
  ["an encoding that it does not name", Buffer.from("<html><p>Zürich", "latin1")],
  ["an encoding that nobody knows", Buffer.from("<html><meta charset=klingon><p>Zürich", "latin1")],
])("a page in %s is sent with its tags and its letters", async (_what, bytes) => {
  const page = await withFiles({ "index.html": bytes }).get("/portal");
  expect(page.text).toMatch(/^<html><script nonce=.*<p>Zürich$/s);
  expect(page.headers.get("content-type")).toBe("text/html; charset=utf-8");
});

test.each([".env", ".git/config", "assets/.secret", "..%2f.env", "%2eenv"])(
  "%s is not served",
  async (name) => {
    const app = withFiles({ ".env": "secret", ".git/config": "secret", "assets/.secret": "secret" });
    expect((await app.get(`/portal/${name}`)).text).not.toContain("secret");
  },
);

// Whatever a link led to was served: the key ring beside the pages, another app's database.
test("a link that leads out of the folder is not followed, one within it is", async () => {
  const pages = folderOf({ "real/a.txt": "inside", ".kept/b.txt": "secret" });
  const outside = folderOf({ "key.txt": "secret" });
  symlinkSync(join(outside, "key.txt"), join(pages, "key.txt"));
  symlinkSync(outside, join(pages, "folder"));
  symlinkSync(join(pages, ".kept"), join(pages, "shown"));
  symlinkSync("real/a.txt", join(pages, "b.txt"));
  const app = testApp({ pages: { directory: pages } });
  for (const path of ["key.txt", "folder/key.txt", "shown/b.txt"]) {
    const answer = await app.get(`/portal/${path}`);
    expect([path, answer.status, answer.text.includes("secret")]).toEqual([path, 404, false]);
  }
  expect((await app.get("/portal/b.txt")).text).toBe("inside");
});

// Each file of a mounted ConfigMap is a link to `..data/NAME`, and `..data` one to the version that is valid.
test("what Kubernetes mounts is served, and so is its next version", async () => {
  const mount = folderOf({
    "..2026_11_27_09_30_00.1/pages/a.txt": "first",
    "..2026_11_27_09_45_00.2/pages/a.txt": "second",
    "..hidden/b.txt": "secret",
  });
  const become = (version: string) => {
    rmSync(join(mount, "..data"), { force: true });
    symlinkSync(version, join(mount, "..data"));
  };
  become("..2026_11_27_09_30_00.1");
  symlinkSync("..data/pages", join(mount, "pages"));
  symlinkSync("..hidden/b.txt", join(mount, "b.txt"));
  const above = testApp({ pages: { directory: mount } });
  const within = testApp({ pages: { directory: join(mount, "pages") } });
  const shown = async () => [
    (await above.get("/portal/pages/a.txt")).text,
    (await within.get("/portal/a.txt")).text,
  ];
  expect(await shown()).toEqual(["first", "first"]);
  become("..2026_11_27_09_45_00.2");
  expect(await shown()).toEqual(["second", "second"]);
  const hidden = ["b.txt", "..data/pages/a.txt", "..2026_11_27_09_45_00.2/pages/a.txt"];
  for (const path of hidden) expect((await above.get(`/portal/${path}`)).status).toBe(404);
});

test("a folder with a page of its own answers with it, any other address with the app's", async () => {
  const app = withFiles({ "index.html": "<h1>First", "help/index.html": "<h1>Help" });
  const shown = async (path: string) =>
    /<h1>(\w+)/.exec((await app.get(path, { accept: "text/html" })).text)?.[1];
  expect(await shown("/portal/help/")).toBe("Help");
  expect(await shown("/portal/help/other/")).toBe("First");
  expect(await shown("/portal/")).toBe("First");
});

test("a copy that is still right is not sent again, a changed one is", async () => {
  const app = withFiles({ "a.csv": "old" });
  const tag = (await app.get("/portal/a.csv")).headers.get("etag") ?? "";
  for (const known of [tag, `W/${tag}`, `"other", ${tag}`, "*"]) {
    const answer = await app.get("/portal/a.csv", { "if-none-match": known });
    expect([known, answer.status, answer.text]).toEqual([known, 304, ""]);
  }
  expect((await app.get("/portal/a.csv", { "if-none-match": '"other"' })).status).toBe(200);
});

const film = new Uint8Array(3 * 1024 * 1024).map((_zero, index) => index % 251);

test.each([
  ["bytes=0-9", 206, "bytes 0-9/3145728", 10],
  ["bytes=3145720-", 206, "bytes 3145720-3145727/3145728", 8],
  ["bytes=-5", 206, "bytes 3145723-3145727/3145728", 5],
  ["bytes=0-99999999", 206, "bytes 0-3145727/3145728", 3_145_728],
  ["bytes=3145728-", 416, "bytes */3145728", 0],
  ["bytes=9-1", 200, null, 3_145_728],
  ["bytes=0-1,5-6", 200, null, 3_145_728],
  ["lines=1-2", 200, null, 3_145_728],
])("%s of a film", async (range, status, contentRange, length) => {
  const app = withFiles({ "a.mp4": film });
  const answer = await app.app.fetch(
    new Request("https://app.example.com/portal/a.mp4", { headers: { range } }),
  );
  const bytes = new Uint8Array(await answer.arrayBuffer());
  expect([answer.status, answer.headers.get("content-range"), bytes.length]).toEqual([
    status,
    contentRange,
    length,
  ]);
  const from = Number(/bytes (\d+)-/.exec(contentRange ?? "")?.[1] ?? 0);
  expect(Buffer.compare(bytes, film.subarray(from, from + length))).toBe(0);
});

test("HEAD says what GET would", async () => {
  const app = withFiles({ "a.mp4": film });
  const answer = await app.call("HEAD", "/portal/a.mp4");
  expect([answer.status, answer.headers.get("content-length"), answer.text]).toEqual([200, "3145728", ""]);
});
