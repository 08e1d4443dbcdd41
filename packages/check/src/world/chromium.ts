/** Finding and starting a Chromium. */
import { existsSync } from "node:fs";
import { type Browser, chromium } from "playwright-core";
import { NotTested } from "../evidence/index.ts";

const systemBrowsers = [
  "/usr/bin/google-chrome",
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
  "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
];

/** Quiet and offline; the dashboard's origin is played here, and may frame this machine's addresses. */
const browserArguments = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--disable-features=LocalNetworkAccessChecks,BlockInsecurePrivateNetworkRequests,PrivateNetworkAccessForNavigations",
];

/** A Chromium that is started when somebody first asks for it, and shared from then on. */
export type Browsers = {
  /** @throws NotTested where there is none. */
  open(): Promise<Browser>;
  close(): Promise<void>;
};

/**
 * Starts nothing yet.
 *
 * @example
 * ```ts
 * const browsers = openBrowsers(); // the first open() starts one
 * ```
 */
export function openBrowsers(): Browsers {
  let browser: Promise<Browser> | undefined;
  return {
    open: () => {
      browser ??= launchBrowser();
      return browser;
    },
    close: async () => {
      await browser?.then((opened) => opened.close()).catch(() => undefined);
    },
  };
}

/** Starts Chromium. Say `ANNEX_BROWSER=/path/to/chrome` to take a certain one. @throws NotTested where there is none. */
async function launchBrowser(): Promise<Browser> {
  try {
    return await chromium.launch({
      executablePath: await browserPath(),
      headless: true,
      args: browserArguments,
    });
  } catch (cause) {
    const why = cause instanceof Error ? (cause.message.split("\n")[0] ?? "") : String(cause);
    throw new NotTested(
      `No browser could be started (${why}).`,
      "It needs Chromium or Google Chrome; set ANNEX_BROWSER to its path.",
    );
  }
}

async function browserPath(): Promise<string> {
  const chosen = process.env["ANNEX_BROWSER"];
  if (chosen !== undefined && chosen !== "") return chosen;
  if (process.platform === "linux" && process.arch === "x64") {
    const packaged = await import("@sparticuz/chromium");
    return packaged.default.executablePath();
  }
  const found = systemBrowsers.find((path) => existsSync(path));
  if (found === undefined) throw new Error("none is installed");
  return found;
}
