/**
 * What ships holds to the contract: two templates and the framework behind a server that is not its own, by the rules
 * that are quick, which are those of events, doors, launches, keys, scopes and logs. `npm run check-apps` holds every
 * app of the repository to every rule.
 */

import { type Browsers, type Cloud, openBrowsers, openCloud } from "@annex/check";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { checkedApps } from "./checked-apps/apps.ts";
import { checkOne } from "./checked-apps/check.ts";

vi.setConfig({ testTimeout: 300_000, hookTimeout: 120_000, maxConcurrency: 4 });

let cloud: Cloud;
let browsers: Browsers;
beforeAll(async () => {
  cloud = openCloud();
  browsers = openBrowsers();
  await cloud.ready;
});
afterAll(() => Promise.all([browsers.close(), cloud.close()]));

const quick = checkedApps.filter(({ name }) => ["minimal", "worker", "node"].includes(name));

describe.concurrent("no quick rule fails", () => {
  test.for(quick)("$name", async (app) => {
    const { rules, summary } = await checkOne(app, { cloud, browsers, fast: true });
    const failures = rules.filter(({ verdict }) => verdict === "fail");
    expect(failures.map(({ id, evidence }) => `${id}: ${evidence}`)).toEqual([]);
    expect(summary.pass).toBeGreaterThan(35);
  });
});
