/**
 * A real Chromium that blocks third-party cookies, for the browser tests: the one
 * the npm package carries on Linux x64, a system Chrome or Chromium elsewhere.
 */
import { existsSync } from "node:fs";
import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  chromium,
  type Frame,
  type Page,
} from "playwright-core";
import { quietArguments, systemBrowsers } from "../../packages/check/src/world/chromium.ts";

/** Starts the browser. Say `ANNEX_BROWSER=/path/to/chrome` to take a certain one. */
export async function launchBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: await browserPath(), headless: true, args: [...quietArguments] });
}

async function browserPath(): Promise<string> {
  const chosen = process.env["ANNEX_BROWSER"];
  if (chosen !== undefined) return chosen;
  if (process.platform === "linux" && process.arch === "x64") {
    const packaged = await import("@sparticuz/chromium");
    return packaged.default.executablePath();
  }
  const found = systemBrowsers.find((path) => existsSync(path));
  if (found !== undefined) return found;
  throw new Error(
    "The browser tests need Google Chrome or Chromium. Install one, or set ANNEX_BROWSER to its path.",
  );
}

/** A page in a context of its own, third-party cookies blocked. */
export async function openPage(browser: Browser, options: BrowserContextOptions = {}): Promise<Page> {
  const context = await browser.newContext(options);
  context.on("page", (page) => {
    blockThirdPartyCookies(context, page).catch(() => page.close());
  });
  const page = await context.newPage();
  await blockThirdPartyCookies(context, page);
  return page;
}

async function blockThirdPartyCookies(context: BrowserContext, page: Page): Promise<void> {
  const session = await context.newCDPSession(page);
  await session.send("Network.enable");
  await session.send("Network.setCookieControls", { enableThirdPartyCookieRestriction: true });
}

/** Loads a frame anew, and waits until the new page is there: the old one says the same, and goes from under who asks it. */
export async function reloadFrame(frame: Frame): Promise<void> {
  await frame.evaluate(() => {
    document.documentElement.dataset["old"] = "";
    setTimeout(() => location.reload());
  });
  await frame.locator("html:not([data-old])").waitFor({ state: "attached" });
  await frame.waitForLoadState();
}
