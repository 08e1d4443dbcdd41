/** An instance that is a Core behind a URL, and the rate limit. Contract section 8. */
import { createServer, type IncomingHttpHeaders, request } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { startTestApp, type TestApp } from "../testing/test-app.ts";
import { startTestCloud, type TestCloud, withoutLedger } from "../testing/test-cloud.ts";

type Seen = { method: string; path: string; headers: IncomingHttpHeaders; body: Buffer };

let seen: Seen[] = [];
const core = createServer((request, response) => {
  const parts: Buffer[] = [];
  request.on("data", (part: Buffer) => parts.push(part));
  request.on("end", () => {
    const { method = "", url: path = "", headers } = request;
    seen.push({ method, path, headers, body: Buffer.concat(parts) });
    response.writeHead(418, { "content-type": "text/plain", "x-core": "1" }).end("exactly ÿ this");
  });
});

let now = new Date("2026-11-24T12:00:00Z");
let cloud: TestCloud;
let app: TestApp;
let key: string;

beforeAll(async () => {
  await new Promise<void>((resolve) => core.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(core.address() as AddressInfo).port}`;
  cloud = await startTestCloud({
    ...withoutLedger,
    core: { ...withoutLedger.core, url, key: "core-key" },
    settings: { rate_limit_per_minute: 20 },
    clock: () => now,
  });
  app = await startTestApp();
  const { app_id } = await cloud.registerApp({ manifest: app.manifest(), url: app.url });
  await cloud.admin("POST", "/admin/installations", { app_id, instance_id: cloud.instanceIds[0] });
  key = String(app.received[0]?.body["api_key"]);
});
beforeEach(() => {
  seen = [];
  now = new Date(now.getTime() + 60_000);
});
afterAll(async () => {
  await cloud.remove();
  await app.close();
  core.close();
});

const here = (path: string) =>
  `${path}${path.includes("?") ? "&" : "?"}instance_id=${cloud.instanceIds[0] ?? ""}`;

test("gets what was sent, with its own key and without ours, and its answer comes back unchanged", async () => {
  const body = Buffer.from([0x7b, 0xff, 0x00, 0x7d]);
  const answer = await cloud.api(key, "POST", here("/proxy/identities/a%20b/tokenize?x=%20y&z"), body);
  expect(answer).toMatchObject({ status: 418, text: "exactly ÿ this" });
  expect(answer.headers.get("content-type")).toBe("text/plain");
  const [first] = seen;
  expect(first).toMatchObject({ method: "POST", path: "/identities/a%20b/tokenize?x=%20y&z", body });
  expect(first?.headers["x-blnk-key"]).toBe("core-key");
  expect(first?.headers.authorization).toBeUndefined();
});

test("a path that steps aside is no route, and the Core never sees it", async () => {
  const raw = (path: string) =>
    new Promise<number | undefined>((resolve, reject) => {
      const headers = { authorization: `Bearer ${key}` };
      const options = { host: "127.0.0.1", port: new URL(cloud.url).port, path: here(path), headers };
      request(options, (response) => resolve(response.resume().statusCode))
        .once("error", reject)
        .end();
    });
  for (const path of ["/proxy/ledgers/..", "/proxy/balances/%2e%2e/at", "/proxy/identities/."]) {
    expect(await raw(path), path).toBe(404);
  }
  expect(seen).toEqual([]);
});

test("what cannot be reached is an instance that is unavailable", async () => {
  const answer = await cloud.api(key, "GET", here("/data/ledgers"));
  expect(answer).toMatchObject({ status: 503, body: { code: "instance_unavailable" } });
  expect(answer.headers.get("retry-after")).toBe("5");
});

test("over the rate limit, until the window ends", async () => {
  const read = () => cloud.api(key, "GET", "/alerts");
  const allowed = await Promise.all(Array.from({ length: 20 }, read));
  expect(new Set(allowed.map(({ status }) => status))).toEqual(new Set([200]));
  expect(allowed[0]?.headers.get("ratelimit-limit")).toBe("20");
  const refused = await read();
  expect(refused).toMatchObject({ status: 429, body: { code: "rate_limited" } });
  expect(refused.headers.get("retry-after")).toBe("60");
  expect(refused.headers.get("ratelimit-remaining")).toBe("0");
  expect(refused.headers.get("ratelimit-reset")).toBe("60");
  now = new Date(now.getTime() + 60_000);
  expect((await read()).status).toBe(200);
});
