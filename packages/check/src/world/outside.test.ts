import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { sendRaw } from "./doors.ts";
import { askOutside } from "./outside.ts";

async function serving(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

const asked = { method: "POST", headers: {}, body: Buffer.from("typed"), longestStream: 50 };

test("what the browser said of its request arrives as it was, body and all", async () => {
  const url = await serving(async (request, response) => {
    let body = "";
    for await (const part of request) body += part;
    response.writeHead(303, { "set-cookie": ["a=1", "b=2"] });
    response.end(`${request.method} ${request.headers["sec-fetch-mode"]} ${body}`);
  });
  const headers = { "sec-fetch-mode": "navigate", "sec-fetch-dest": "iframe" };
  const answer = await askOutside({ ...asked, url, headers, signal: AbortSignal.timeout(30_000) });
  expect(answer.status).toBe(303);
  expect(answer.body.toString()).toBe("POST navigate typed");
});

/** Writes for as long as somebody reads. */
const endless: RequestListener = (_request, response) => {
  const page = Buffer.alloc(1024 * 1024, "x");
  const write = () => {
    while (response.write(page));
    response.once("drain", write);
  };
  write();
};

test("an answer without end is read no further than any answer is long", async () => {
  const url = await serving(endless);
  const answer = await askOutside({ ...asked, url, signal: AbortSignal.timeout(30_000) });
  expect(answer.body.length).toBeLessThan(70 * 1024 * 1024);
  const raw = await sendRaw(url, ["GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"], { milliseconds: 30_000 });
  expect(raw.length).toBeLessThan(4 * 1024 * 1024);
});

test("a stream of events ends with what has come, and any other answer with the page", async () => {
  const url = await serving((request, response) => {
    const isStream = request.url === "/stream";
    response.writeHead(200, { "content-type": isStream ? "text/event-stream" : "text/html" });
    response.write("data: one\n\n");
  });
  const stream = await askOutside({ ...asked, url: `${url}stream`, signal: AbortSignal.timeout(30_000) });
  expect(stream.body.toString()).toBe("data: one\n\n");
  const closed = new AbortController();
  const page = askOutside({ ...asked, url, signal: closed.signal });
  closed.abort();
  await expect(page).rejects.toThrow("abort");
});
