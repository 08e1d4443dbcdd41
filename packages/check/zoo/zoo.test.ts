import {
  type Browsers,
  type CheckOptions,
  type Cloud,
  checkApp,
  openBrowsers,
  openCloud,
  type Report,
  ruleDescriptions,
} from "@annex/check";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { appNames, type Defect, defects, keep } from "./index.ts";

// Most of a check is waiting: for a life to end, a page to rest, a queue to be looked at. Side by side they wait together.
vi.setConfig({ testTimeout: 300_000, hookTimeout: 120_000, maxConcurrency: 5 });

/**
 * How much of the zoo a run of the tests sees: one good app by every rule, the others by every quick one; each defect
 * that a quick rule finds by that rule, and of the rest every sixth, which are of all kinds. The same each day, so
 * that a red run is somebody's change. `ANNEX_ZOO=all` sees the good apps whole and each defect by its rule,
 * `ANNEX_ZOO=whole` each by every rule.
 */
const share = process.env["ANNEX_ZOO"] ?? "share";
const every = 6;
const wholeApp = "node";
const slowRules = new Set(ruleDescriptions.filter(({ slow }) => slow).map(({ id }) => id));
/** Each of these looks on for most of a minute before it says that something never came. */
const longRules = new Set(["work-after-answer", "kill-work", "foreign-refusal", "second-install-work"]);
const chosen = defects.filter(({ rule }, place) => {
  if (share !== "share" || !slowRules.has(rule)) return true;
  return !longRules.has(rule) && place % every === every - 1;
});

let cloud: Cloud;
let browsers: Browsers;
beforeAll(async () => {
  cloud = openCloud();
  browsers = openBrowsers();
  await cloud.ready;
});
afterAll(() => Promise.all([browsers.close(), cloud.close()]));

describe.concurrent("good apps", () => {
  test.for(appNames)("%s has no failure", async (name) => {
    const fast = share === "share" && name !== wholeApp;
    const report = await checked(name, undefined, { fast });
    expect(failures(report)).toEqual([]);
    expect(report.summary.pass).toBeGreaterThan(fast ? 40 : 70);
  });
});

describe.concurrent("defective apps", () => {
  test.for(chosen)("$rule finds: $name", async (defect) => {
    const report = await checked(defect.app, defect, share === "whole" ? {} : { only: [defect.rule] });
    const found = report.rules.filter(({ verdict }) => verdict === "fail" || verdict === "warning");
    const others = report.rules
      .map(({ id, verdict, evidence }) => `${id} ${verdict}: ${evidence}`)
      .join("\n");
    expect(
      found.map(({ id }) => id),
      others,
    ).toContain(defect.rule);
    const unrelated = failures(report).filter(
      (line) => !rightly(defect).some((id) => line.startsWith(`${id}:`)),
    );
    expect(unrelated).toEqual([]);
  });
});

function rightly({ rule, alsoBreaks = [] }: Defect): readonly string[] {
  return [rule, ...alsoBreaks];
}

function failures({ rules }: Report): readonly string[] {
  return rules.filter(({ verdict }) => verdict === "fail").map(({ id, evidence }) => `${id}: ${evidence}`);
}

async function checked(
  name: Defect["app"],
  defect: Defect | undefined,
  rules: Pick<CheckOptions, "only" | "fast">,
): Promise<Report> {
  const keeper = await keep(name, defect);
  try {
    return await checkApp({ ...keeper.options, ...rules }, { cloud, browsers });
  } finally {
    keeper.forget();
  }
}
