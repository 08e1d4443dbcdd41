/**
 * What ships holds to the contract (docs/decisions/0029). Stripe Sync, a template and the framework behind a server that is
 * not its own, by the rules that are quick, which are those of events, doors, launches, keys, scopes and logs; what those
 * leave out, spread over the apps; the same app behind every other server, by the rules that a server in between can break.
 * The smallest template is so checked as it is installed (tests/new-app). `npm run check-apps` holds every app of the
 * repository to every rule.
 */

import {
  type Browsers,
  type Cloud,
  openBrowsers,
  openCloud,
  type Report,
  ruleDescriptions,
} from "@annex/check";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { checkedApps } from "./checked-apps/apps.ts";
import { checkOne } from "./checked-apps/check.ts";

vi.setConfig({ testTimeout: 300_000, hookTimeout: 120_000, maxConcurrency: 5 });

let cloud: Cloud;
let browsers: Browsers;
beforeAll(async () => {
  cloud = openCloud();
  browsers = openBrowsers();
  await cloud.ready;
});
afterAll(() => Promise.all([browsers.close(), cloud.close()]));

const quick = checkedApps.filter(({ name }) => ["stripe-sync", "worker", "node-example"].includes(name));

const slow = ruleDescriptions.filter((rule) => rule.slow).map(({ id }) => id);
/** What no app is tested by here: none is told of a member whom it refuses, nor of its manifest. */
const untold = ["denied-member", "manifest-scopes"];

/** Each rule that did not pass, with what it says; but for these. */
function othersThanPasses({ rules }: Report, but: readonly string[]): readonly string[] {
  return rules
    .filter(({ id, verdict }) => verdict !== "pass" && !but.includes(id))
    .map(({ id, verdict, evidence }) => `${id} ${verdict}: ${evidence}`);
}

/** What watches an app's work is slow and still quick enough for every commit. */
const watching = [
  "answers-while-cloud-hangs",
  "early-refusal",
  "no-call-to-core",
  "others-go-on",
  "pauses-between-tries",
  "second-install-older-lives",
  "second-install-older-refused",
  "second-install-undecided",
  "uninstall-stops-work",
  "waits-as-told",
  "waits-until-date",
];
const watchedApp = "worker";

/**
 * What waits, kills or opens a browser: each app by what it has most of. What takes longest comes first, and that of
 * Stripe Sync in two, whose rules that nothing may disturb wait for each other.
 */
const beyondQuick: readonly (readonly [app: string, rules: readonly string[]])[] = [
  [
    "stripe-sync",
    [
      "error-page-app-failed",
      "error-page-causes",
      "error-page-cloud-hangs",
      "error-page-expired",
      "error-page-instance-away",
      "error-page-missing-permission",
      "error-page-rate-limited",
      "error-page-uninstalled",
      "error-page-unknown",
      "link-expires",
    ],
  ],
  [
    "stripe-sync",
    [
      "foreign-refusal",
      "key-after-refusal",
      "link-in-new-tab",
      "page-reload",
      "revoked-key",
      "token-in-referer",
      "without-cookies",
    ],
  ],
  [
    "react",
    [
      "foreign-frame",
      "fresh-session",
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
      "tenants-in-pages",
      "token-leaves-address",
    ],
  ],
  [
    "worker",
    [
      "broken-connection",
      "full-disk",
      "kill-after-install",
      "kill-after-uninstall",
      "kill-deduplication",
      "locked-database",
      "records-once",
    ],
  ],
];

/**
 * What the zoo sees: no app that ships knows members whom it refuses, or shows records at once; those that are checked here
 * and whose work is small write nothing to Cloud after an install; many pages cost more than the rest.
 */
const elsewhere = [
  "cut-after-commit",
  "denied-later",
  "duplicate-install-work",
  "error-page-denied",
  "kill-work",
  "many-refused",
  "records-as-text",
  "scope-before-call",
  "second-install-work",
  "session-ends-with-uninstall",
  "session-expires",
  "tenants-in-calls",
  "two-tabs",
  "uninstall-amid-work",
  "uninstall-leaves-work",
  "work-after-answer",
  "work-after-refusal",
];

test("each slow rule is held to an app that ships, or left to the zoo", () => {
  const given = [...beyondQuick.flatMap(([, rules]) => rules), ...watching, ...elsewhere];
  expect(given.toSorted()).toEqual(slow.toSorted());
});

describe.concurrent("each rule that waits, kills or opens a browser passes", () => {
  test.for(beyondQuick)("%s", async ([name, only]) => {
    const app = checkedApps.find((one) => one.name === name);
    if (app === undefined) throw new Error(`There is no app ${name}.`);
    const report = await checkOne(app, { cloud, browsers, fast: false, only });
    expect(othersThanPasses(report, [])).toEqual([]);
    expect(report.rules).toHaveLength(only.length);
  });
});

describe.concurrent("every quick rule passes", () => {
  test.for(quick)("$name", async (app) => {
    const report = await checkOne(app, { cloud, browsers, fast: true });
    const watched = app.name === watchedApp ? watching : [];
    expect(othersThanPasses(report, [...untold, ...slow.filter((id) => !watched.includes(id))])).toEqual([]);
    expect(report.rules.filter(({ verdict }) => verdict === "fail")).toEqual([]);
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
