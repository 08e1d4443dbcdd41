/** Finding and starting a Chromium. */
import { existsSync } from "node:fs";
import { type Browser, chromium } from "playwright-core";
import { NotTested } from "../evidence/index.ts";
import { watchMemory } from "./browser-memory.ts";

/** Where machines have one of their own. */
export const systemBrowsers = [
  "/usr/bin/google-chrome",
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
  "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
];

/** Quiet and offline: without these Chromium looks up hosts of its own at every start. */
export const quietArguments = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** The dashboard's origin is played here, and may frame this machine's addresses. */
const browserArguments = [
  ...quietArguments,
  "--disable-features=LocalNetworkAccessChecks,BlockInsecurePrivateNetworkRequests,PrivateNetworkAccessForNavigations",
];

/** A Chromium that is started when somebody first asks for it, and shared from then on as long as it lives. */
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
      browser ??= launchBrowser().then((opened) => {
        // A page may bring it down; the next one has another.
        opened.once("disconnected", () => {
          browser = undefined;
        });
        return opened;
      });
      return browser;
    },
    close: async () => {
      await browser?.then((opened) => opened.close()).catch(() => undefined);
    },
  };
}

/** Without one there is a sentence on what to do; the package is large, so an app is not made to have it. */
const whatToInstall =
  "Install Google Chrome or Chromium, or `npm install --save-dev @sparticuz/chromium` on Linux x64, or set ANNEX_BROWSER to the path of one.";

/** Starts Chromium. Say `ANNEX_BROWSER=/path/to/chrome` to take a certain one. @throws NotTested where there is none. */
async function launchBrowser(): Promise<Browser> {
  try {
    const browser = await chromium.launch({
      executablePath: await browserPath(),
      headless: true,
      args: browserArguments,
    });
    await watchMemory(browser);
    return browser;
  } catch (cause) {
    const why = cause instanceof Error ? (cause.message.split("\n")[0] ?? "") : String(cause);
    throw new NotTested(`No browser could be started (${why}).`, whatToInstall);
  }
}

async function browserPath(): Promise<string> {
  const chosen = process.env["ANNEX_BROWSER"];
  if (chosen !== undefined && chosen !== "") return chosen;
  const found = (await packagedPath()) ?? systemBrowsers.find((path) => existsSync(path));
  if (found === undefined) throw new Error("none is installed");
  return found;
}

/** The browser of the package, where somebody installed it. */
async function packagedPath(): Promise<string | undefined> {
  if (process.platform !== "linux" || process.arch !== "x64") return undefined;
  try {
    const packaged = await import("@sparticuz/chromium");
    return await packaged.default.executablePath();
  } catch (error) {
    if ((error as { readonly code?: unknown }).code === "ERR_MODULE_NOT_FOUND") return undefined;
    throw error;
  }
}
