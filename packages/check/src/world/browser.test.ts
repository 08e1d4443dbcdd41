import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test, vi } from "vitest";
import { openFrame } from "./browser.ts";
import { openBrowsers } from "./chromium.ts";
import type { World } from "./world.ts";

vi.setConfig({ testTimeout: 120_000 });

/** Asks again and again, as a page does that gets no answer. */
const page = `<!doctype html><title>Balances</title><p>Loading</p>
<script>setInterval(() => fetch("/balances"), 100)</script>`;

async function address(html = page): Promise<string> {
  const server = createServer((request, response) => {
    if (request.url === "/balances") response.writeHead(503).end();
    else response.writeHead(200, { "content-type": "text/html" }).end(html);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

test("what a page asks for without end is known to the app's other pages, but not from a bad day", async () => {
  const browsers = openBrowsers();
  onTestFinished(() => browsers.close());
  const url = await address();
  const known = async (badDay: boolean) => {
    const world = { browser: () => browsers.open(), restless: new Set(), repeated: new Set() };
    const frame = await openFrame(world as unknown as World, url, { alone: true, badDay });
    await frame.close();
    return [...world.restless];
  };
  expect(await Promise.all([known(false), known(true)])).toEqual([[`GET ${url}balances`], []]);
});

/** Asks before it is left, once somebody has done something in it. */
const guarded = `<!doctype html><title>Note</title><button>Write</button>
<script>addEventListener("beforeunload", (event) => event.preventDefault())</script>`;

test("a page that asks before it is left is left, which is nothing that nobody asked for", async () => {
  const browsers = openBrowsers();
  onTestFinished(() => browsers.close());
  const world = { browser: () => browsers.open(), restless: new Set(), repeated: new Set() };
  const frame = await openFrame(world as unknown as World, await address(guarded), { alone: true });
  await frame.page.click("button");
  await frame.page.reload();
  const { unasked, exchanges } = await frame.look();
  await frame.close();
  expect([unasked, exchanges.length]).toEqual([[], 2]);
});
