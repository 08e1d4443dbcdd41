import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Cloud, checkApp, openCloud, type Report, ruleIds } from "@annex/check";
import { appNames, type Defect, defects, keep } from "./index.ts";

/** Every so many defects of the table is checked by all quick rules; which ones changes from day to day. */
const sampleEvery = 20;
const today = Math.floor(Date.now() / 86_400_000);
/** `ANNEX_ZOO=whole` checks every app by every rule. */
const whole = process.env["ANNEX_ZOO"] === "whole";

let cloud: Cloud;
beforeAll(async () => {
  cloud = openCloud();
  await cloud.ready;
}, 120_000);
afterAll(() => cloud.close());

describe("good apps", () => {
  test.for(appNames)("%s has no failure", { timeout: 240_000 }, async (name) => {
    const report = await checked(name, undefined, whole ? undefined : ruleIds, !whole);
    expect(failures(report)).toEqual([]);
    expect(report.summary.pass).toBeGreaterThan(20);
  });
});

describe("defective apps", () => {
  test.for(defects.map((defect, place) => ({ ...defect, place })))(
    "$rule finds: $name",
    { timeout: 240_000, concurrent: true },
    async ({ place, ...defect }) => {
      const sampled = whole || place % sampleEvery === today % sampleEvery;
      const rules = sampled ? undefined : [defect.rule];
      const report = await checked(defect.app, defect, rules, sampled && !whole && isQuick(defect));
      const found = report.rules.filter(({ verdict }) => verdict === "fail" || verdict === "warning");
      expect(found.map(({ id }) => id)).toContain(defect.rule);
      const unrelated = failures(report).filter(
        (line) => !rightly(defect).some((id) => line.startsWith(`${id}:`)),
      );
      expect(unrelated).toEqual([]);
    },
  );
});

function isQuick({ rule }: Defect): boolean {
  return quickRules.has(rule);
}
const quickRules = new Set(ruleIds);

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
