import { type Cloud, checkApp, openCloud, type Report, ruleDescriptions } from "@annex/check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { appNames, type Defect, defects, keep } from "./index.ts";

/**
 * How much of the zoo a run of the tests sees: each defect that a quick rule finds, and of the others those
 * whose turn it is today. `ANNEX_ZOO=all` checks each by its rule, `ANNEX_ZOO=whole` each by every rule.
 */
const share = process.env["ANNEX_ZOO"] ?? "share";
const turns = 8;
const today = Math.floor(Date.now() / 86_400_000);
const slowRules = new Set(ruleDescriptions.filter(({ slow }) => slow).map(({ id }) => id));
const chosen = defects.filter(
  ({ rule }, place) => share !== "share" || !slowRules.has(rule) || place % turns === today % turns,
);

let cloud: Cloud;
beforeAll(async () => {
  cloud = openCloud();
  await cloud.ready;
}, 120_000);
afterAll(() => cloud.close());

describe("good apps", () => {
  test.for(appNames)("%s has no failure", { timeout: 300_000 }, async (name) => {
    const report = await checked(name, undefined, undefined, share === "share");
    expect(failures(report)).toEqual([]);
    expect(report.summary.pass).toBeGreaterThan(20);
  });
});

describe("defective apps", () => {
  test.for(chosen)("$rule finds: $name", { timeout: 300_000 }, async (defect) => {
    const report = await checked(defect.app, defect, share === "whole" ? undefined : [defect.rule], false);
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
  only: readonly string[] | undefined,
  fast: boolean,
): Promise<Report> {
  const keeper = await keep(name, defect);
  try {
    return await checkApp({ ...keeper.options, only, fast }, { cloud });
  } finally {
    keeper.forget();
  }
}
