import { type Browsers, type Cloud, openBrowsers, openCloud, ruleDescriptions } from "@annex/check";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { appNames, checkDefect, checkGoodApp, type Defect, defects, variants } from "./index.ts";

// Most of a check is waiting: for a life to end, a page to rest, a queue to be looked at. Side by side they wait together.
vi.setConfig({ testTimeout: 300_000, hookTimeout: 120_000, maxConcurrency: 5 });

/**
 * How much of the zoo a run of the tests sees: one good app by every rule, the others by every quick one, but for the one
 * on the framework, as which a template and an example are checked (tests/checked-apps); one defect of
 * each quick rule, and of what the slow rules find every twelfth, which are of all kinds, each beside the quick rules that
 * its own stands on. The same each day, so that a red run is somebody's change. `npm run check-apps -- zoo` sees everything,
 * each defect by all quick rules.
 */
const every = 12;
const wholeApp = "node";
const checkedElsewhere = "framework";
const slowRules = new Set(ruleDescriptions.filter(({ slow }) => slow).map(({ id }) => id));
/** Each of these looks on for most of a minute before it says that something never came. */
const longRules = new Set([
  "work-after-answer",
  "kill-work",
  "foreign-refusal",
  "others-go-on",
  "second-install-work",
  "error-page-cloud-hangs",
]);
/** What most other rules stand on: they must not accuse an app that breaks it. */
const ground = "portal-accepted";
const isFirstOfItsRule = (defect: Defect) => defects.find(({ rule }) => rule === defect.rule) === defect;
const chosen = defects.filter((defect, place) =>
  slowRules.has(defect.rule)
    ? !longRules.has(defect.rule) && place % every === every - 1
    : isFirstOfItsRule(defect),
);

let cloud: Cloud;
let browsers: Browsers;
beforeAll(async () => {
  cloud = openCloud();
  browsers = openBrowsers();
  await cloud.ready;
});
afterAll(() => Promise.all([browsers.close(), cloud.close()]));

/** What watches the work of this one does so one rule after the other: longer than all else takes, were it one check. */
const inHalves = "python";
/** These look back at all that an app has written or asked, whatever brought it about. */
const lookingBack = [
  "instance-id-on-each-call",
  "key-at-rest",
  "key-in-log",
  "token-at-rest",
  "token-in-log",
];
const halves = [0, 1].map((half) =>
  ruleDescriptions.map(({ id }) => id).filter((id, place) => place % 2 === half || lookingBack.includes(id)),
);
const wholeOnes = appNames.filter((name) => name !== checkedElsewhere && name !== inHalves);

describe.concurrent("good apps", () => {
  test.for(halves)(`${inHalves} has no failure, by half of the rules (%#)`, async (only) => {
    expect(await checkGoodApp(inHalves, { cloud, browsers, fast: true, only })).toEqual([]);
  });
  test.for(wholeOnes)("%s has no failure", async (name) => {
    expect(await checkGoodApp(name, { cloud, browsers, fast: name !== wholeApp })).toEqual([]);
  });
});

/** What an app that keeps its session elsewhere might be accused of; `npm run check-apps -- zoo` holds it to every rule. */
const ofSessions = ["fresh-session", "session-in-address", "tenants-in-calls", "token-leaves-address"];

describe.concurrent("good apps of another manner", () => {
  test.for(variants)("$name", async (variant) => {
    expect(await checkGoodApp(variant, { cloud, browsers, only: variant.rules ?? ofSessions })).toEqual([]);
  });
});

describe.concurrent("defective apps", () => {
  test.for(chosen)("$rule finds: $name", async (defect) => {
    const beside = defect.rule === ground ? "standing" : "grounds";
    expect(await checkDefect(defect, { cloud, browsers, beside })).toEqual([]);
  });
});
