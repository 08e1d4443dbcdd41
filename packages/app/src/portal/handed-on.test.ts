import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from "node:zlib";
import { beforeAll, describe, expect, test } from "vitest";
import { installBody, served, testApp } from "../../test/support.ts";

const text = JSON.stringify({
  rows: Array.from({ length: 500 }, (_none, row) => ({ row, name: `Row ${row}` })),
});
const compress: Readonly<Record<string, (text: string) => Uint8Array>> = {
  gzip: gzipSync,
  br: brotliCompressSync,
  deflate: deflateSync,
  zstd: zstdCompressSync,
};

let provider = "";
beforeAll(async () => {
  const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    const encoding = request.url?.slice(1) ?? "";
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
        portal.get("/api/rows/:encoding", {}, (c) => ways[way]?.(c.param("encoding")) ?? c.json(null)),
    });
    await app.callback(installBody());
    const address = await served(app);
    const headers = { authorization: `Bearer ${await app.enter()}` };
    for (const encoding of ["plain", ...Object.keys(compress)]) {
      const answer = await fetch(`${address}/portal/api/rows/${encoding}`, { headers });
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
