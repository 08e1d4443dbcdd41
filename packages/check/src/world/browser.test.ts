import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test, vi } from "vitest";
import { openFrame } from "./browser.ts";
import { watchMemory } from "./browser-memory.ts";
import { type Browsers, openBrowsers } from "./chromium.ts";
import { measurePage, tabThrough } from "./measuring.ts";
import { isWithinReach } from "./reach.ts";
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

function worldWith(browsers: Browsers): World {
  const sets = { restless: new Set(), repeated: new Set(), large: new Set(), programs: new Set() };
  return { browser: () => browsers.open(), ...sets } as unknown as World;
}

test("what a page asks for without end is known to the app's other pages, but not from a bad day", async () => {
  const browsers = openBrowsers();
  onTestFinished(() => browsers.close());
  const url = await address();
  const known = async (badDay: boolean) => {
    const world = worldWith(browsers);
    const frame = await openFrame(world, url, { alone: true, badDay });
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
  const frame = await openFrame(worldWith(browsers), await address(guarded), { alone: true });
  await frame.page.click("button");
  await frame.page.reload();
  const { unasked, exchanges } = await frame.look();
  await frame.close();
  expect([unasked, exchanges.length]).toEqual([[], 2]);
});

/** Five mebibytes, with what nobody asked for. */
const large = `<!doctype html><title>Large</title><script>open("/balances"); alert("Hello")</script>
<p>${"lorem ipsum ".repeat(450_000)}</p>`;

test("a page larger than anybody reads is named and not read to its end, and its windows and dialogs too", async () => {
  const browsers = openBrowsers();
  onTestFinished(() => browsers.close());
  const [world, url] = [worldWith(browsers), await address(large)];
  const frame = await openFrame(world, url, { alone: true });
  const { unasked, exchanges, text, html } = await frame.look();
  const pages = frame.context.pages().length;
  await frame.close();
  expect(unasked.toSorted()).toEqual([
    'opened a dialog (alert: "Hello")',
    "opened a window",
    "sent 5 MiB at once (/)",
  ]);
  expect([...world.large]).toEqual([`GET ${url}`]);
  expect(exchanges.find((one) => one.url === url)?.answer.text).toBe("");
  expect(Math.max(text.length, html.length)).toBeLessThanOrEqual(4 * 1024 * 1024);
  expect(pages).toBe(1);
});

/** Two that can be pressed, the second below what is in view; the others nobody comes at. */
const buttons = `<!doctype html><title>Buttons</title><style>i { position: absolute; inset: 40px 0 auto; height: 20px }</style>
<button>Save</button><button disabled>Off</button><button aria-disabled="true">Not yet</button>
<button style="position: fixed; top: -90px">Skip</button>
<div style="position: absolute; top: 40px"><button>Covered</button></div><i></i>
<div style="margin-top: 3000px"><button><b>Send</b></button></div>`;

test("a button is within reach where nothing covers it and it doesn't say that it can't be pressed", async () => {
  const browsers = openBrowsers();
  onTestFinished(() => browsers.close());
  const frame = await openFrame(worldWith(browsers), await address(buttons), { alone: true });
  const all = await frame.page.locator("button").all();
  const reached = await Promise.all(
    all.map(async (one) => ((await isWithinReach(one)) ? [await one.textContent()] : [])),
  );
  await frame.close();
  expect(reached.flat()).toEqual(["Save", "Send"]);
});

/** Asks only a moment after it is pressed, as the browser does that sends a form. */
const late = `<!doctype html><title>Late</title><button>Book</button>
<script>document.querySelector("button").onclick = () => setTimeout(() => fetch("/balances"), 200)</script>`;

test("a page that was pressed has come to rest only when what was pressed had time to be sent", async () => {
  const browsers = openBrowsers();
  onTestFinished(() => browsers.close());
  const frame = await openFrame(worldWith(browsers), await address(late), { alone: true });
  await frame.press(frame.page.locator("button"), 5000);
  const { exchanges } = await frame.look();
  await frame.close();
  expect(exchanges.map(({ url }) => new URL(url).pathname)).toEqual(["/", "/balances"]);
});

/** All of it in the shadow of an element, and a shadow within. */
const shadowed = `<!doctype html><title>Shadow</title><our-balances></our-balances>
<script>document.querySelector("our-balances").attachShadow({ mode: "open" }).innerHTML =
  "<style>p { font-size: 9px }</style><p>Oxbow1 <x-mark></x-mark></p><button>Book</button><dialog>Sure?</dialog><span></span>";
const within = document.querySelector("our-balances").shadowRoot.querySelector("span").attachShadow({ mode: "open" });
within.innerHTML = "<a href='/balances'>All</a>";</script>`;

test("what stands in a shadow is read, measured and reached, and what is not shown has no words", async () => {
  const browsers = openBrowsers();
  onTestFinished(() => browsers.close());
  const frame = await openFrame(worldWith(browsers), await address(shadowed), { alone: true });
  const { text, html, hasPlantedElement } = await frame.look();
  const measured = await measurePage(frame);
  const keys = await tabThrough(frame);
  await frame.close();
  expect(text.split(/\s+/).filter((word) => word !== "")).toEqual(["Oxbow1", "Book", "All"]);
  expect([html.includes("Oxbow1"), hasPlantedElement]).toEqual([true, true]);
  expect(measured?.texts[0]).toEqual({ text: "Oxbow1", size: 9 });
  expect(measured?.actions.map(({ text, covered }) => [text, covered])).toEqual([
    ["Book", false],
    ["All", false],
  ]);
  expect([keys?.all.length, keys?.reached, keys?.unseen]).toEqual([2, [0, 1], []]);
});

/** Five mebibytes each. */
const much = "lorem ipsum ".repeat(450_000);

test("an answer is read by its own size, and a large script once and without blame", async () => {
  const server = createServer(({ url = "" }, response) => {
    if (url === "/data?of=all") return response.end(much);
    if (url.startsWith("/data")) return response.end("Oxbow1");
    if (url === "/bundle.js")
      return response.writeHead(200, { "content-type": "text/javascript" }).end(`/* ${much} */`);
    response.writeHead(200, { "content-type": "text/html" });
    return response.end(
      `<!doctype html><title>Data</title><script src="/bundle.js"></script><script>fetch("/data" + location.search)</script>`,
    );
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const browsers = openBrowsers();
  onTestFinished(async () => {
    await browsers.close();
    server.close();
    server.closeAllConnections();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const world = worldWith(browsers);
  const look = async (query: string) => {
    const frame = await openFrame(world, url + query, { alone: true });
    const { exchanges, unasked } = await frame.look();
    await frame.close();
    const of = (path: string) => exchanges.find((one) => new URL(one.url).pathname === path)?.answer;
    return { data: of("/data"), bundle: of("/bundle.js"), unasked };
  };
  const [all, one] = [await look("?of=all"), await look("?of=one")];
  expect(all).toMatchObject({ data: { text: "", isCut: true }, unasked: ["sent 5 MiB at once (/data)"] });
  expect(all.bundle?.text).toContain(much);
  expect(one).toMatchObject({ data: { text: "Oxbow1" }, bundle: { text: "" }, unasked: [] });
});

/** Writes for as long as somebody reads. */
const endless: RequestListener = (_request, response) => {
  response.writeHead(200, { "content-type": "text/html" });
  const part = `<p>${"lorem ipsum ".repeat(5000)}</p>`;
  const write = () => {
    while (!response.destroyed && response.write(part));
  };
  response.on("drain", write);
  write();
};

test("a page without an end is ended before the machine suffers, and named", async () => {
  const server = createServer(endless);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const browsers = openBrowsers();
  onTestFinished(async () => {
    await browsers.close();
    server.close();
    server.closeAllConnections();
  });
  await watchMemory(await browsers.open(), 96 * 1024 * 1024);
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const frame = await openFrame(worldWith(browsers), url);
  const { shown, trouble, unasked } = await frame.look();
  await frame.close();
  expect([shown, frame.trouble()]).toEqual([false, trouble]);
  expect(trouble).toContain("took more memory than a page may");
  expect(unasked).toContain(trouble);
});

test("a page without an end that is changed on its way is read no further than any is long", async () => {
  const browsers = openBrowsers();
  onTestFinished(() => browsers.close());
  const server = createServer(endless);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  let length = 0;
  const frame = await openFrame(
    worldWith(browsers),
    `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    {
      rewrite: (html) => {
        length = html.length;
        return "<p>Changed";
      },
    },
  );
  expect((await frame.look()).text).toBe("Changed");
  await frame.close();
  expect(length).toBeGreaterThan(0);
  expect(length).toBeLessThan(70 * 1024 * 1024);
});

test("a page that writes to its console without an end, or leads to itself without one, is named by that", async () => {
  const browsers = openBrowsers();
  onTestFinished(() => browsers.close());
  const writing = `<p>Writing<script>for (let i = 0; i < 70; i++) console.log("x".repeat(100_000))</script>`;
  const server = createServer(({ url }, response) => {
    if (url === "/") response.writeHead(302, { location: "/" }).end();
    else response.writeHead(200, { "content-type": "text/html" }).end(writing);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const look = async (path: string) => {
    const frame = await openFrame(worldWith(browsers), url + path);
    const visit = await frame.look();
    await frame.close();
    return visit;
  };
  const { unasked, console } = await look("writing");
  expect(unasked).toEqual(["wrote more than 4 MiB to its console"]);
  expect(console.length).toBeLessThan(50);
  expect((await look("")).trouble).toBe("did not come (net::ERR_TOO_MANY_REDIRECTS)");
});

test("a page that never comes to its end is named by that, also where it is known and no longer waited for", async () => {
  const browsers = openBrowsers();
  onTestFinished(() => browsers.close());
  const server = createServer((_, response) => {
    response.writeHead(200, { "content-type": "text/html" }).write(`<p>Balances${" ".repeat(2000)}`);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const world = worldWith(browsers);
  world.restless.add(`GET ${url}`);
  const frame = await openFrame(world, url, { alone: true, longestLoad: 1000 });
  const { shown, unasked } = await frame.look();
  await frame.close();
  expect([shown, unasked]).toEqual([true, ["went on loading without an end (/)"]]);
});

test("a page is not blamed for a frame of its own that gets no answer from elsewhere", async () => {
  const browsers = openBrowsers();
  onTestFinished(() => browsers.close());
  const html = `<!doctype html><title>Balances</title><p>Balances</p><iframe src="/elsewhere"></iframe>`;
  const server = createServer(({ url }, response) => {
    if (url === "/") response.writeHead(200, { "content-type": "text/html" }).end(html);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const world = worldWith(browsers);
  // Known to give no answer, so that nobody waits for it here.
  world.restless.add(`GET ${url}elsewhere`);
  const look = async (alone: boolean) => {
    const frame = await openFrame(world, url, { alone, longestLoad: 1000 });
    const { shown, text, trouble } = await frame.look();
    await frame.close();
    return [shown, text.trim(), trouble];
  };
  const well = [true, "Balances", undefined];
  expect(await Promise.all([look(true), look(false)])).toEqual([well, well]);
});

/** As Chromium draws it, and one of its own that nobody sees. */
const dark = `<!doctype html><title>Dark</title><style>body { background: #0d1117; color: #fff }
.own:focus { outline: 2px solid #0d1117 }</style><button>Book</button><button class="own">Send</button>`;

test("the browser's own focus ring is seen on a dark page too", async () => {
  const browsers = openBrowsers();
  onTestFinished(() => browsers.close());
  const frame = await openFrame(worldWith(browsers), await address(dark), { alone: true });
  const keys = await tabThrough(frame);
  await frame.close();
  expect([keys?.reached, keys?.unseen]).toEqual([[0, 1], ["Send"]]);
});
