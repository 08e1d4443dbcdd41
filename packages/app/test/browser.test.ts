import { randomUUID } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Frame, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from "vitest";
import { findAccessibilityProblems } from "../../../tests/support/accessibility.ts";
import { launchBrowser, openPage, reloadFrame } from "../../../tests/support/browser.ts";
import type { App } from "../src/index.ts";
import { installBody, listening, pathOf, served, testApp, uninstallBody } from "./support.ts";

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser.close());

/** A page of another site that shows an address in a frame of the panel's size; `shown` can change until it is loaded. */
async function dashboard(): Promise<{ readonly origin: string; show: (address: string) => void }> {
  let shown = "about:blank";
  const port = await listening((_request, response) => {
    response.setHeader("content-type", "text/html");
    response.end(
      `<!doctype html><title>Dashboard</title><iframe name="app" width="412" height="780" src="${shown}"></iframe>`,
    );
  });
  return {
    origin: `http://localhost:${port}`,
    show: (address) => {
      shown = address;
    },
  };
}

async function framed(page: Page): Promise<Frame> {
  await expect.poll(() => page.frame("app")?.url()).not.toBe("about:blank");
  const frame = page.frame("app");
  if (frame === null) throw new Error("The dashboard shows no frame.");
  return frame;
}

async function launchInFrame(options: {
  readonly framedByCloud: boolean;
  readonly define?: (app: App) => void;
}) {
  const outside = await dashboard();
  const here = { ANNEX_PUBLIC_URL: "http://localhost" };
  const origins = options.framedByCloud ? { ...here, ANNEX_EMBED_ORIGINS: outside.origin } : {};
  const { define = () => undefined } = options;
  const app = testApp({ variables: origins, define });
  await app.callback(installBody());
  const address = await served(app);
  outside.show(`${address}${pathOf(String((await app.launch()).json["portal_url"]))}`);
  const page = await openPage(browser, { viewport: { width: 900, height: 900 } });
  onTestFinished(() => page.context().close());
  await page.goto(outside.origin);
  return { app, address, page };
}

describe("in a frame of another site, with third-party cookies blocked", () => {
  test("a launched app is entered, loses its token, survives a reload, and ends with the installation", async () => {
    const { app, address, page } = await launchInFrame({ framedByCloud: true });
    const frame = await framed(page);
    await frame.getByText("inst_1").waitFor();
    expect(frame.url()).toBe(`${address}/portal`);
    expect(await page.context().cookies()).toEqual([]);

    await reloadFrame(frame);
    await frame.getByText("inst_1").waitFor();
    expect(frame.url()).toBe(`${address}/portal`);

    // Entries that a link to a part of the page makes, or an author's router, with a state of its own.
    for (const entry of ["#part", "/portal/customers/jane@example.com"]) {
      await frame.evaluate((to) => {
        if (to.startsWith("#")) location.hash = to;
        else history.pushState({ index: 1 }, "", to);
      }, entry);
      await reloadFrame(frame);
      await frame.getByText("inst_1").waitFor();
      expect(frame.url()).toContain(entry);
    }

    await app.callback(uninstallBody());
    await reloadFrame(frame);
    await frame.getByText("The app was uninstalled from this instance").waitFor();
  });

  test("a site that is not Cloud cannot frame it", async () => {
    const { page } = await launchInFrame({ framedByCloud: false });
    await expect.poll(() => page.frame("app")?.url()).toBe("chrome-error://chromewebdata/");
  });
});

/** Pages as people have them. What each says at the end is what its script knows of the session. */
const script = `<script>addEventListener("load", () => { document.title = "session " + typeof history.state?.annexSession; })</script>`;
const pages: Readonly<Record<string, string>> = {
  "a comment with a script before all": `<!-- <script src="old.js"></script> --><!doctype html><html><head>${script}</head><body>Hello`,
  "no script at all": "<!doctype html><html><head><title>Quiet</title></head><body><p>Hello",
  "no tag but text": "Hello",
  "several scripts": `<!doctype html><script>window.first = 1</script>${script}<script type="module">window.third = 1</script>Hello`,
  "a template with a script": `<!doctype html><template><script>1</script></template>${script}<p>Hello`,
  "a policy of its own that allows nothing": `<!doctype html><head><meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'none'"></head><body>Hello`,
  "a base elsewhere": `<!doctype html><head><base href="https://elsewhere.example.com/"></head>${script}<body>Hello`,
  "another casing": `<!DOCTYPE HTML><HTML><HEAD>${script.toUpperCase().replace(/>.*<\//, ">document.title = 'session ' + typeof history.state?.annexSession</")}</HEAD><BODY>Hello`,
};

describe("whatever the author's HTML is", () => {
  test("the session reaches the page, the token leaves the address and the history", async () => {
    const directory = mkdtempSync(join(tmpdir(), "annex-pages-"));
    onTestFinished(() => rmSync(directory, { recursive: true }));
    mkdirSync(directory, { recursive: true });
    writeFileSync(join(directory, "index.html"), "");
    const app = testApp({ pages: { directory } });
    await app.callback(installBody());
    const address = await served(app);
    const page = await openPage(browser);
    onTestFinished(() => page.context().close());
    for (const [what, html] of Object.entries(pages)) {
      writeFileSync(join(directory, "index.html"), html);
      const link = `${address}${pathOf(String((await app.launch()).json["portal_url"]))}`;
      await page.goto("about:blank");
      await page.goto(link);
      await page.getByText("Hello").waitFor();
      expect([what, page.url()]).toEqual([what, `${address}/portal`]);
      const session = await page.evaluate(
        () => (history.state as { annexSession?: string } | null)?.annexSession,
      );
      expect([what, (await app.call("GET", "/portal/api/session", session)).status]).toEqual([what, 200]);
      if (html.includes("typeof history"))
        await page.waitForFunction(() => document.title === "session string");
      await page.reload();
      expect(
        await page.evaluate(() => (history.state as { annexSession?: string } | null)?.annexSession),
      ).toBe(session);
      await page.goBack();
      expect([what, page.url()]).toEqual([what, "about:blank"]);
    }
  });
});

/** An app without a line of script: its server renders each page, links lead on, forms post. */
const registerNotes = ({ portal }: App) =>
  portal
    .get("/", async (c) => {
      const notes = await c.data.collection<string>("notes").list();
      const items = notes.map(({ value }) => `<li>${value}</li>`).join("");
      return c.html(`<!doctype html><title>Notes</title><h1>${c.installation.instanceId}</h1><ul>${items}</ul>
        <form method="post" action="/portal/notes"><input name="text" aria-label="Note"><button>Keep</button></form>
        <form action="/portal/search"><input name="q" aria-label="Search"><button>Find</button></form>
        <a href="/portal/about?of=notes">About</a>`);
    })
    .get("/about", (c) =>
      c.html(
        `<h1>About ${c.query("of") ?? ""}</h1><a href="#part">Part</a> <a href="/portal">Back</a><p id="part">`,
      ),
    )
    .get("/search", (c) => c.html(`<h1>Found ${c.query("q") ?? "nothing"}</h1>`))
    .post("/notes", async (c) => {
      await c.data.collection("notes").put(randomUUID(), c.form().get("text") ?? "");
      return c.html('<h1>Kept</h1><a href="/portal">Back</a>');
    });

test("pages rendered by the app's own server are reached in the frame, through links, forms, reloads and back", {
  timeout: 60_000,
}, async () => {
  const { app, address, page } = await launchInFrame({ framedByCloud: true, define: registerNotes });
  const frame = await framed(page);
  const headed = (name: string) => frame.getByRole("heading", { name, exact: true });
  const heading = (name: string) => headed(name).waitFor();
  // Once more where nothing came of it: a browser with much to do drops a click on a page that it has not painted yet.
  const follow = (name: string, to: string) =>
    vi.waitFor(
      async () => {
        if (await headed(to).isVisible()) return;
        await frame.getByRole("link", { name }).click({ timeout: 1000 });
        await headed(to).waitFor({ timeout: 5000 });
      },
      { timeout: 30_000 },
    );
  await heading("inst_1");
  // A double press is one; the same again on the page that comes after it is another.
  for (const notes of [1, 2]) {
    await frame.getByLabel("Note").fill("Milk");
    await frame.getByRole("button", { name: "Keep" }).evaluate((button: HTMLButtonElement) => {
      button.click();
      button.click();
    });
    await heading("Kept");
    await follow("Back", "inst_1");
    expect(await frame.getByText("Milk").count()).toBe(notes);
  }
  await frame.getByLabel("Search").fill("cream & sugar");
  await frame.getByRole("button", { name: "Find" }).click();
  await heading("Found cream & sugar");
  await frame.evaluate(() => history.back());
  await follow("About", "About notes");
  expect(frame.url()).toBe(`${address}/portal/about?of=notes`);
  await reloadFrame(frame);
  await heading("About notes");
  expect(frame.url()).toBe(`${address}/portal/about?of=notes`);
  expect(await page.context().cookies()).toEqual([]);
  // A link to a part of the page left an entry without the session: no link led on, and a reload found none.
  await frame.getByRole("link", { name: "Part" }).click();
  await reloadFrame(frame);
  await heading("About notes");
  expect(frame.url()).toBe(`${address}/portal/about?of=notes#part`);

  await app.callback(uninstallBody());
  await follow("Back", "The app is not installed any more");
});

test.each(["dark", "light"] as const)("the error page is readable at 412 px in %s", async (colorScheme) => {
  const app = testApp();
  const address = await served(app);
  const page = await openPage(browser, { colorScheme, viewport: { width: 412, height: 780 } });
  onTestFinished(() => page.context().close());
  await page.goto(`${address}/portal/enter?token=unknown`);
  await page.getByRole("heading", { name: "There is no session here" }).waitFor();
  expect(await findAccessibilityProblems(page)).toEqual([]);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(412);
});
