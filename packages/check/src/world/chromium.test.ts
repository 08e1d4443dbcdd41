import { afterEach, expect, onTestFinished, test, vi } from "vitest";
import { openBrowsers } from "./chromium.ts";

afterEach(() => vi.unstubAllEnvs());

test("where no browser starts, it is said in one sentence what to install", async () => {
  vi.stubEnv("ANNEX_BROWSER", "/nowhere/chrome");
  const browsers = openBrowsers();
  await expect(browsers.open()).rejects.toMatchObject({
    verdict: {
      verdict: "not_tested",
      evidence: expect.stringMatching(
        / Install .*`npm install --save-dev @sparticuz\/chromium`.*ANNEX_BROWSER.*\.$/,
      ),
    },
  });
  await browsers.close();
});

test("a browser that a page brought down is followed by another", async () => {
  const browsers = openBrowsers();
  onTestFinished(() => browsers.close());
  const first = await browsers.open();
  await first.close();
  const second = await browsers.open();
  expect([second.isConnected(), await browsers.open()]).toEqual([true, second]);
});
