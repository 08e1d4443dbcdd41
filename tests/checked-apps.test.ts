/**
 * What ships holds to the contract (docs/decisions/0029). Stripe Sync, a template and the framework behind a server that is
 * not its own, by the rules that are quick, which are those of events, doors, launches, keys, scopes and logs; what those
 * leave out, spread over the apps; the same app behind every other server, by the rules that a server in between can break.
 * The smallest template is so checked as it is installed (tests/new-app). `npm run check-apps` holds every app of the
 * repository to every rule.
 */

import { type Browsers, type Cloud, openBrowsers, openCloud, ruleDescriptions } from "@annex/check";
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

const quick = checkedApps.filter(({ name }) => ["stripe-sync", "worker", "node-example"].includes(name));

describe.concurrent("no quick rule fails", () => {
  test.for(quick)("$name", async (app) => {
    const { rules, summary } = await checkOne(app, { cloud, browsers, fast: true });
    const failures = rules.filter(({ verdict }) => verdict === "fail");
    expect(failures.map(({ id, evidence }) => `${id}: ${evidence}`)).toEqual([]);
    expect(summary.pass).toBeGreaterThan(33);
  });
});

/** What waits, kills or opens a browser: each app by what it has most of. */
const beyondQuick: readonly (readonly [app: string, rules: readonly string[]])[] = [
  [
    "react",
    [
      "foreign-frame",
      "key-in-browser",
      "no-call-from-browser",
      "page-accessibility",
      "page-action-in-view",
      "page-contrast",
      "page-keyboard",
      "page-overflow",
      "page-rests",
      "page-targets",
      "page-text-size",
      "scope-unused",
      "session-in-address",
      "tenants-in-calls",
      "tenants-in-pages",
      "token-leaves-address",
    ],
  ],
  [
    "worker",
    [
      "full-disk",
      "kill-after-install",
      "kill-after-uninstall",
      "kill-deduplication",
      "kill-work",
      "locked-database",
      "records-once",
    ],
  ],
  [
    "stripe-sync",
    [
      "error-page-app-failed",
      "error-page-cloud-hangs",
      "error-page-expired",
      "error-page-instance-away",
      "error-page-missing-permission",
      "error-page-rate-limited",
      "error-page-uninstalled",
      "error-page-unknown",
      "foreign-refusal",
      "key-after-refusal",
      "link-expires",
      "link-in-new-tab",
      "page-reload",
      "revoked-key",
      "token-in-referer",
      "without-cookies",
    ],
  ],
];

/** No app that ships knows members whom it refuses, or shows records at once; many pages cost more than the rest. The zoo sees these. */
const elsewhere = [
  "denied-later",
  "error-page-denied",
  "many-refused",
  "session-ends-with-uninstall",
  "session-expires",
  "two-tabs",
];

/** What watches an app's work is slow and still quick enough for every commit. */
const watching = [
  "answers-while-cloud-hangs",
  "cut-after-commit",
  "duplicate-install-work",
  "early-refusal",
  "no-call-to-core",
  "scope-before-call",
  "second-install-older-lives",
  "second-install-older-refused",
  "second-install-undecided",
  "second-install-work",
  "uninstall-stops-work",
  "waits-as-told",
  "work-after-answer",
];

test("each rule is held to an app that ships", () => {
  const given = [...beyondQuick.flatMap(([, rules]) => rules), ...watching, ...elsewhere];
  const slow = ruleDescriptions.filter((rule) => rule.slow).map(({ id }) => id);
  expect(given.toSorted()).toEqual(slow.toSorted());
});

describe.concurrent("no rule that waits, kills or opens a browser fails", () => {
  test.for(beyondQuick)("%s", async ([name, only]) => {
    const app = checkedApps.find((one) => one.name === name);
    if (app === undefined) throw new Error(`There is no app ${name}.`);
    const { rules, summary } = await checkOne(app, { cloud, browsers, fast: false, only });
    const failures = rules.filter(({ verdict }) => verdict === "fail");
    expect(failures.map(({ id, evidence }) => `${id}: ${evidence}`)).toEqual([]);
    expect(summary.pass).toBeGreaterThan(only.length / 2);
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
