import { once } from "node:events";
import { type ClientRequest, type IncomingMessage, request } from "node:http";
import { PassThrough } from "node:stream";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Ledger, type Listening, openLedger } from "../index.ts";
import { createBodies, NoRoomForBody } from "./bodies.ts";
import { bodyLength, bodyText } from "./router.ts";

const transaction = (reference: string, preciseAmount: string, queued: boolean) =>
  `{"precise_amount":${preciseAmount},"precision":100,"currency":"USD","reference":"${reference}","description":"x","source":"@World","destination":"@Till","allow_overdraft":true,"skip_queue":${!queued}}`;

describe("a ledger with a key", () => {
  let ledger: Ledger;
  let door: Listening;

  beforeAll(async () => {
    ledger = await openLedger({ database: { kind: "embedded" }, key: "the-key" });
    door = await ledger.listen({ port: 0 });
  });

  afterAll(async () => {
    await door?.close();
    await ledger?.close();
  });

  /** A request whose body of 200 MB never comes. */
  async function withoutBody(path: string, key: string): Promise<[number | undefined, ClientRequest]> {
    const sent = request(`${door.url}${path}`, {
      method: "POST",
      headers: { "X-Blnk-Key": key, "Content-Length": 200 * 1024 * 1024 },
    });
    sent.on("error", () => {});
    sent.write("{");
    const [answer] = (await once(sent, "response")) as [IncomingMessage];
    return [answer.statusCode, sent];
  }

  // Bodies of up to 257 MiB were once read into memory before the key and the route were looked at.
  it.each([
    ["/ledgers", "wrong", 401],
    ["/reconciliation/upload", "", 401],
    ["/nowhere", "the-key", 404],
  ])("answers %s with key '%s' before the body has come: %i", async (path, key, status) => {
    const [answered, sent] = await withoutBody(path, key);
    sent.destroy();
    expect(answered).toBe(status);
  });

  it("serves on over a connection whose body it did not want", async () => {
    const refused = await fetch(`${door.url}/ledgers`, { method: "POST", body: "x".repeat(3_000_000) });
    expect([refused.status, (await fetch(`${door.url}/health`)).status]).toEqual([401, 200]);
  });

  it("takes a page's request that brings the key", async () => {
    const headers = { "X-Blnk-Key": "the-key", Origin: "https://books.example" };
    const made = await fetch(`${door.url}/ledgers`, { method: "POST", body: '{"name":"Main"}', headers });
    expect(made.status).toBe(201);
  });
});

describe("a ledger without a key", () => {
  let ledger: Ledger;

  beforeAll(async () => {
    ledger = await openLedger({ database: { kind: "embedded" } });
  });

  afterAll(() => ledger?.close());

  const status = async (method: string, path: string, headers: Readonly<Record<string, string>>) => {
    const body = Buffer.from('{"name":"From a page"}');
    return (await ledger.handle({ method, path, headers, ...(method === "POST" ? { body } : {}) })).status;
  };

  // Any page that a developer had open could once post to his ledger: a simple request asks nobody first.
  it.each([
    [
      "a form or text/plain of another site",
      { "Content-Type": "text/plain", Origin: "https://evil.example" },
    ],
    ["a page of another port", { Host: "127.0.0.1:5001", Origin: "http://127.0.0.1:3000" }],
    ["a sandboxed frame", { Host: "localhost:5001", Origin: "null" }],
    ["a page that names no origin", { Host: "localhost:5001", "Sec-Fetch-Site": "cross-site" }],
    ["a name of the net that points here", { Host: "evil.example:5001", Origin: "http://evil.example:5001" }],
  ])("refuses %s", async (_name, headers) => {
    expect(await status("POST", "/ledgers", headers)).toBe(403);
    expect(await status("GET", "/ledgers", headers)).toBe(403);
    const ledgers = await ledger.handle({ method: "GET", path: "/ledgers", headers: {} });
    expect(Buffer.from(ledgers.body).toString()).not.toContain("From a page");
  });

  it.each([
    ["a program", { Host: "127.0.0.1:5001" }],
    ["a program in another container", { Host: "ledger:5001" }],
    ["an address of its own typed into a browser", { Host: "localhost:5001", "Sec-Fetch-Site": "none" }],
    ["its own origin", { Host: "[::1]:5001", Origin: "http://[::1]:5001", "Sec-Fetch-Site": "same-origin" }],
  ])("takes %s", async (_name, headers) => {
    expect(await status("GET", "/ledgers", headers)).toBe(200);
  });

  // Four million digits once held everybody up for 18 seconds, and 9,000 were accepted by the queue and lost.
  it.each([1_001, 9_000, 4_000_000])("refuses an amount of %i digits alike, queued or not", async (count) => {
    for (const queued of [true, false]) {
      const body = Buffer.from(transaction(`long-${queued}`, "9".repeat(count), queued));
      const answer = await ledger.handle({ method: "POST", path: "/transactions", headers: {}, body });
      expect([answer.status, Buffer.from(answer.body).toString().includes("Invalid input")]).toEqual([
        400,
        true,
      ]);
    }
  });

  it("keeps an amount of 1,000 digits to the last one", async () => {
    const body = Buffer.from(transaction("thousand", "7".repeat(1_000), false));
    expect((await ledger.handle({ method: "POST", path: "/transactions", headers: {}, body })).status).toBe(
      201,
    );
    const read = await ledger.handle({
      method: "GET",
      path: "/transactions/reference/thousand",
      headers: {},
    });
    expect(Buffer.from(read.body).toString()).toContain(`"precise_amount":${"7".repeat(1_000)},`);
  });
});

describe("bodies", () => {
  const incoming = (text: string): IncomingMessage =>
    Object.assign(new PassThrough(), { headers: {} }).end(text) as unknown as IncomingMessage;

  it("keep no more than the route reads", async () => {
    const read = createBodies(100).with(incoming("x".repeat(90)), 10, async (body) => bodyLength(body));
    expect(await read).toBe(10);
  });

  it("take a bounded room together, until the work on them is done", async () => {
    const bodies = createBodies(100);
    let done = (): void => {};
    const working = new Promise<void>((resolve) => {
      done = resolve;
    });
    const first = bodies.with(incoming("x".repeat(80)), 1_000, () => working);
    await new Promise((resolve) => setImmediate(resolve));
    await expect(bodies.with(incoming("x".repeat(30)), 1_000, async () => 0)).rejects.toThrow(NoRoomForBody);
    done();
    await first;
    expect(await bodies.with(incoming("x".repeat(30)), 1_000, async (body) => bodyLength(body))).toBe(30);
  });

  it("that come a few bytes at a time are put together: each piece takes memory beside its bytes", async () => {
    const stream = new PassThrough();
    const read = createBodies(1_000_000).with(
      Object.assign(stream, { headers: {} }) as unknown as IncomingMessage,
      1_000_000,
      async (body) => ({ pieces: body.length, text: bodyText(body) }),
    );
    const sent = Array.from({ length: 20_000 }, (_, index) => `${index},`);
    for (const some of sent) {
      stream.write(some);
      if (stream.writableNeedDrain) await new Promise((resolve) => stream.once("drain", resolve));
    }
    stream.end("x".repeat(20_000));
    const { pieces, text } = await read;
    expect(text).toBe(`${sent.join("")}${"x".repeat(20_000)}`);
    expect(pieces).toBeLessThan(10);
  });
});
