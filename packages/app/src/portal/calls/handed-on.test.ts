import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from "node:zlib";
import { beforeAll, describe, expect, test } from "vitest";
import { installBody, served, testApp } from "../../../test/support.ts";

const text = JSON.stringify({
  rows: Array.from({ length: 500 }, (_none, row) => ({ row, name: `Row ${row}` })),
});
const compress: Readonly<Record<string, (text: string) => Uint8Array>> = {
  gzip: gzipSync,
  br: brotliCompressSync,
  deflate: deflateSync,
  zstd: zstdCompressSync,
  "br, gzip": (body) => gzipSync(brotliCompressSync(body)),
};

let provider = "";
beforeAll(async () => {
  const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    const encoding = decodeURIComponent(request.url?.slice(1) ?? "");
    const body = compress[encoding]?.(text) ?? Buffer.from(text);
    response.writeHead(200, {
      "content-type": "application/json",
      "content-length": body.length,
      ...(encoding === "plain" ? {} : { "content-encoding": encoding }),
      "set-cookie": ["one=1; Path=/", "two=2; Expires=Wed, 21 Oct 2026 07:28:00 GMT"],
    });
    response.end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, resolve));
  provider = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return () => {
    server.closeAllConnections();
    server.close();
  };
});

const ways: Readonly<Record<string, (encoding: string) => Promise<Response>>> = {
  "as it came": (encoding) => fetch(`${provider}/${encoding}`),
  "in a Response made of it": async (encoding) => {
    const answer = await fetch(`${provider}/${encoding}`);
    return new Response(answer.body, answer);
  },
  "with its headers copied": async (encoding) => {
    const { body, headers } = await fetch(`${provider}/${encoding}`);
    return new Response(body, { headers });
  },
  "read and said again": async (encoding) => {
    const answer = await fetch(`${provider}/${encoding}`);
    return new Response(await answer.text(), { headers: answer.headers });
  },
};

// Handed on with the old encoding and length, a page got bytes it could not read; two cookies became one.
describe("a response of a provider's that a handler hands on arrives whole", () => {
  test.each(Object.keys(ways))("%s", async (way) => {
    const app = testApp({
      define: ({ portal }) =>
        portal
          .get("/api/rows/:encoding", (c) => ways[way]?.(c.param("encoding")) ?? c.json(null))
          .post("/api/rows/:encoding", (c) => ways[way]?.(c.param("encoding")) ?? c.json(null)),
    });
    await app.callback(installBody());
    const address = await served(app);
    const authorization = `Bearer ${await app.enter()}`;
    const asked = [
      ...["plain", ...Object.keys(compress)].map((encoding) => ({ method: "GET", encoding })),
      ...["plain", "br, gzip"].map((encoding) => ({ method: "POST", encoding })),
    ];
    for (const { method, encoding } of asked) {
      const answer = await fetch(`${address}/portal/api/rows/${encoding}`, {
        method,
        headers: {
          authorization,
          ...(method === "POST" && { "idempotency-key": `press-${encoding.length}` }),
        },
      });
      expect([encoding, await answer.text()]).toEqual([encoding, text]);
      expect(answer.headers.get("content-encoding")).toBe(null);
      expect(answer.headers.getSetCookie()).toEqual([
        "one=1; Path=/",
        "two=2; Expires=Wed, 21 Oct 2026 07:28:00 GMT",
      ]);
    }
  });

  test.each(Object.keys(compress))("what a handler compressed with %s itself stays so", async (encoding) => {
    const app = testApp({
      define: ({ portal }) =>
        portal.get(
          "/api/rows",
          {},
          () =>
            new Response(new Uint8Array(compress[encoding]?.(text) ?? []), {
              headers: { "content-encoding": encoding },
            }),
        ),
    });
    await app.callback(installBody());
    const headers = { authorization: `Bearer ${await app.enter()}` };
    const answer = await fetch(`${await served(app)}/portal/api/rows`, { headers });
    expect([answer.headers.get("content-encoding"), await answer.text()]).toEqual([encoding, text]);
  });
});

// The browser's own Accept-Encoding, handed on, got zstd, which older Nodes leave as it came: a page saw the bytes bare.
test("an encoding that fetch leaves on is handed on with the body", async () => {
  const app = testApp({ define: ({ portal }) => portal.get("/api/rows", () => fetch(`${provider}/x-own`)) });
  await app.callback(installBody());
  const headers = { authorization: `Bearer ${await app.enter()}` };
  const answer = await fetch(`${await served(app)}/portal/api/rows`, { headers });
  expect([answer.headers.get("content-encoding"), await answer.text()]).toEqual(["x-own", text]);
});

// A page handed on from a server that lets nobody frame it left Cloud's frame blank; one of the handler's own let everybody.
test("a page that a handler answers by itself is framed by whom the portal lets, whatever it says", async () => {
  const pages: Readonly<Record<string, Record<string, string>>> = {
    silent: {},
    forbidding: { "x-frame-options": "DENY", "content-security-policy": "img-src *; Frame-Ancestors 'none'" },
    two: { "content-security-policy": "frame-ancestors *, script-src 'self'" },
  };
  const app = testApp({
    define: ({ portal }) =>
      portal.get(
        "/page/:name",
        (c) =>
          new Response("<!doctype html><p>Mine</p>", {
            headers: { "content-type": "text/html", ...pages[c.param("name")] },
          }),
      ),
  });
  await app.callback(installBody());
  const headers = { authorization: `Bearer ${await app.enter()}` };
  const policyOf = async (name: string) => {
    const answer = await app.get(`/portal/page/${name}`, headers);
    expect(answer.status).toBe(200);
    expect(answer.headers.get("x-frame-options")).toBe(null);
    return answer.headers.get("content-security-policy");
  };
  const ancestors = "frame-ancestors 'self' https://blnkfinance.com https://*.blnkfinance.com";
  expect(await policyOf("silent")).toContain(ancestors);
  expect(await policyOf("forbidding")).toMatch(/^img-src \*, frame-ancestors 'self' /);
  expect(await policyOf("two")).toMatch(/^script-src 'self', frame-ancestors 'self' /);
});

// Node refuses to announce a trailer where no body follows: a HEAD was answered 500, and a 304 of a provider's too.
test("what another server said of its own connection is not handed on with its answer", async () => {
  const ofAConnection = { trailer: "x-sum", te: "trailers", "proxy-connection": "close", upgrade: "h2c" };
  const app = testApp({
    define: ({ portal }) =>
      portal
        .get("/api/rows", () => new Response("rows", { headers: { ...ofAConnection, "x-own": "1" } }))
        .get("/api/same", () => new Response(null, { status: 304, headers: ofAConnection })),
  });
  await app.callback(installBody());
  const address = await served(app);
  const headers = { authorization: `Bearer ${await app.enter()}` };
  for (const [method, path, status] of [
    ["GET", "/rows", 200],
    ["HEAD", "/rows", 200],
    ["GET", "/same", 304],
  ] as const) {
    const answer = await fetch(`${address}/portal/api${path}`, { method, headers });
    expect([method, path, answer.status]).toEqual([method, path, status]);
    for (const name of Object.keys(ofAConnection))
      expect([name, answer.headers.get(name)]).toEqual([name, null]);
    if (path === "/rows") expect(answer.headers.get("x-own")).toBe("1");
  }
});
