/**
 * What ships holds to the contract. A template and the framework behind a server that is not its own, by the rules that
 * are quick, which are those of events, doors, launches, keys, scopes and logs; the same app behind every other server, by
 * the rules that a server in between can break. The smallest template is so checked as it is installed (tests/new-app).
 * `npm run check-apps` holds every app of the repository to every rule.
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

const quick = checkedApps.filter(({ name }) => ["worker", "node-example"].includes(name));

describe.concurrent("no quick rule fails", () => {
  test.for(quick)("$name", async (app) => {
    const { rules, summary } = await checkOne(app, { cloud, browsers, fast: true });
    const failures = rules.filter(({ verdict }) => verdict === "fail");
    expect(failures.map(({ id, evidence }) => `${id}: ${evidence}`)).toEqual([]);
    expect(summary.pass).toBeGreaterThan(35);
  });
});

const behindOthers = checkedApps.filter(({ name }) =>
  ["express", "express-example", "fastify-example", "hono-example", "nextjs-example"].includes(name),
);
/** What passes through the server in between: bodies, headers, connections, addresses. */
const ofServers = [
  "install-accepted",
  "uninstall-accepted",
  "tolerant-json",
  "bad-input-refused",
  "oversized-body",
  "odd-http",
  "kept-connections",
  "portal-accepted",
  "link-again",
  "bare-portal-page",
  "embedding-header",
];

describe.concurrent("no server in between breaks anything", () => {
  test.for(behindOthers)("$name", async (app) => {
    const { rules } = await checkOne(app, { cloud, browsers, fast: true, only: ofServers });
    expect(
      rules.map(({ id, verdict, evidence }) => `${id} ${verdict === "pass" ? verdict : evidence}`),
    ).toEqual(rules.map(({ id }) => `${id} pass`));
  });
});
