import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import type { Exchange } from "../evidence/index.ts";
import type { World } from "../world/index.ts";
import type { Seen } from "./parts/seen.ts";
import tenantsInCalls from "./tenants-in-calls.ts";

const amounts = ["123456789", "1234567.89", "1,234,567.89"];
const records = ["Quillfern1f8a", "bln_6f1c", ...amounts, "Heliotrope1"];

/** An app that answers whatever it is sent with what it was sent, and more where that is given. */
async function echoing(more = ""): Promise<string> {
  const server = createServer(async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const said = decodeURIComponent(Buffer.concat(parts).toString());
    response.writeHead(200, { "content-type": "text/plain" }).end(`${said} ${more}`);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Two tenants whose sessions stand in a cookie, the first of which sent this. */
function worldOf(origin: string, requestBody: string, answer: string): World {
  const call: Exchange = {
    method: "POST",
    url: `${origin}/api/flag`,
    requestHeaders: { cookie: "session=0123456789abcdef0123456789abcdef" },
    requestBody,
    answer: {
      status: 200,
      headers: { "content-type": "text/plain" },
      cookies: [],
      text: answer,
      milliseconds: 1,
      error: null,
    },
  };
  const visit = { storage: "" };
  const urls = [`${origin}/?token=a`, `${origin}/?token=b`];
  const a = { urls, records, marks: records, exchanges: [call], first: visit, second: visit };
  const other = { ...call, requestHeaders: { cookie: "session=fedcba9876543210fedcba9876543210" } };
  const b = { ...a, records: ["Quillfern7c31"], marks: ["Quillfern7c31"], exchanges: [other] };
  const seen = { a: a as unknown as Seen, b: b as unknown as Seen, sessions: [] };
  return { once: () => Promise.resolve(seen) } as unknown as World;
}

const said: readonly [what: string, body: string, more: string][] = [
  ["a record's name", `{"title":"Quillfern1f8a <x-mark> sale"}`, ""],
  ["an amount, however it is written", `{"amount":123456789}`, "Flagged: 1,234,567.89"],
  ["what a form encodes", "amount=1%2C234%2C567.89", ""],
];

test.for(said)("what a call says itself and comes back is no leak: %s", async ([, body, more]) => {
  const world = worldOf(await echoing(more), body, `${decodeURIComponent(body)} bln_6f1c`);
  await expect(tenantsInCalls.check(world)).resolves.toMatchObject({ verdict: "pass" });
});

test("what comes back beside it is one", async () => {
  const body = `{"title":"Quillfern1f8a"}`;
  const world = worldOf(await echoing("of bln_6f1c: 1,234,567.89"), body, `${body} bln_6f1c`);
  await expect(tenantsInCalls.check(world)).resolves.toMatchObject({
    verdict: "fail",
    evidence: expect.stringContaining("bln_6f1c") as string,
  });
});
