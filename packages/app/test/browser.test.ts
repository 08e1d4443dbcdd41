import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import type { Browser, Frame, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { findAccessibilityProblems } from "../../../tests/support/accessibility.ts";
import { launchBrowser, openPage } from "../../../tests/support/browser.ts";
import type { Log } from "../src/log/index.ts";
import { nodeListener } from "../src/server/node.ts";
import { installBody, pathOf, type TestApp, testApp, uninstallBody } from "./support.ts";

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser.close());

async function listening(listener: RequestListener): Promise<number> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

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

const silent: Log = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  with: () => silent,
};

/** The app on a site of its own: 127.0.0.1 is not the site of localhost. */
async function served(app: TestApp): Promise<string> {
  const port = await listening(nodeListener((exchange) => app.app.fetch(exchange.request()), silent));
  return `http://127.0.0.1:${port}`;
}

async function framed(page: Page): Promise<Frame> {
  await expect.poll(() => page.frame("app")?.url()).not.toBe("about:blank");
  const frame = page.frame("app");
  if (frame === null) throw new Error("The dashboard shows no frame.");
  return frame;
}

async function launchInFrame(options: { readonly framedByCloud: boolean }) {
  const outside = await dashboard();
  const origins = options.framedByCloud ? { ANNEX_EMBED_ORIGINS: outside.origin } : {};
  const app = testApp({ variables: origins });
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

    await frame.evaluate(() => location.reload());
    await frame.getByText("inst_1").waitFor();
    expect(frame.url()).toBe(`${address}/portal`);

    await app.callback(uninstallBody());
    await frame.evaluate(() => location.reload());
    await frame.getByText("The app was uninstalled from this instance").waitFor();
  });

  test("a site that is not Cloud cannot frame it", async () => {
    const { page } = await launchInFrame({ framedByCloud: false });
    await expect.poll(() => page.frame("app")?.url()).toBe("chrome-error://chromewebdata/");
  });
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
