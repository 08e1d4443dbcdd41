/**
 * The checker's report on an app of the zoo with three defects, as somebody sees it who opens it on a laptop or a phone:
 * for the README and the guide's page on it.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { formatReport, openBrowsers, openCloud, type Report } from "@annex/check";
import type { Browser } from "playwright-core";
import { type Defect, defects, reportOf } from "../../packages/check/zoo/index.ts";

const shown = [
  "logs the whole install event",
  "logs addresses with their tokens",
  "posts under a new reference at each try",
];
const looks = [
  [900, 900, "light"],
  [412, 900, "dark"],
] as const;

/** Writes `report-900-light.webp` and its like on a phone into the folder. */
export async function takeReportPictures(browser: Browser, folder: string, quality: number): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), "annex-report-"));
  const file = join(directory, "report.html");
  writeFileSync(file, formatReport(sameEachTime(await report()), "html"));
  try {
    for (const [width, height, colorScheme] of looks) {
      const context = await browser.newContext({ viewport: { width, height }, colorScheme });
      const page = await context.newPage();
      await page.goto(pathToFileURL(file).href);
      const devTools = await context.newCDPSession(page);
      const { data } = await devTools.send("Page.captureScreenshot", { format: "webp", quality });
      writeFileSync(join(folder, `report-${width}-${colorScheme}.webp`), Buffer.from(data, "base64"));
      await context.close();
    }
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

async function report(): Promise<Report> {
  const [cloud, browsers] = [openCloud(), openBrowsers()];
  try {
    return await reportOf("node", together(), {}, { cloud, browsers });
  } finally {
    await browsers.close();
    await cloud.close();
  }
}

/** The three in one app. */
function together(): Defect {
  const [first, ...others] = shown.map((name) => {
    const defect = defects.find((each) => each.name === name && each.app === "node");
    if (defect === undefined) throw new Error(`The zoo has no defect "${name}" any more: show another one.`);
    return defect;
  });
  if (first === undefined) throw new Error("Nothing is shown.");
  return { ...first, changes: [first, ...others].flatMap(({ changes }) => changes) };
}

/** What is another in each run is written as the same, so that a report that did not change is the same picture again. */
function sameEachTime(report: Report): Report {
  const same = (text: string) =>
    text.replaceAll(/localhost:\d+/g, "localhost:5002").replaceAll(/blnk_[0-9A-Za-z]{3}/g, "blnk_5e1");
  return {
    ...report,
    app: same(report.app),
    startedAt: "2026-01-05T09:30:00.000Z",
    summary: { ...report.summary, seconds: 104.2 },
    rules: report.rules.map((rule) => ({ ...rule, evidence: same(rule.evidence), seconds: 0.4 })),
  };
}
