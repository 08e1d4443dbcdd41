/** A slip in the name of an option switched a guard off, and nobody was told: the compiler sees it in places only. */
import { expect, test } from "vitest";
import { createApp } from "./create-app.ts";

const options = {
  name: "x",
  manifest: { name: "X", description: "", developer: "", logoUrl: "", permissions: [] },
  permissionPurposes: {},
};
const made = (changes: object) => createApp({ ...options, ...changes });
const manifest = (changes: object) => made({ manifest: { ...options.manifest, ...changes } });

test.each<readonly [string, () => unknown, string]>([
  ["another spelling", () => made({ authoriseUser: () => false }), "authorizeUser may be meant"],
  ["another case", () => made({ contentpolicy: {} }), "contentPolicy may be meant"],
  ["a missing letter", () => made({ runDay: 5 }), "runDays may be meant"],
  ["an option of nobody's", () => made({ colour: 5 }), "it has name, manifest"],
  ["no function", () => made({ authorizeUser: "everybody" }), "authorizeUser must be a function"],
  ["days below none", () => made({ tenantDataDays: -1 }), "tenantDataDays must be a number"],
  ["the manifest's own words", () => manifest({ launch_access: ["user_1"] }), "launchAccess may be meant"],
  ["a text for a list", () => manifest({ launchAccess: "user_1" }), "launchAccess of the manifest must be"],
  [
    "a route",
    () => made({}).portal.get("/a", { require: [] } as object, (c) => c.json(1)),
    "requires may be",
  ],
  [
    "a route's list",
    () => made({}).portal.get("/a", { requires: "x" } as object, (c) => c.json(1)),
    "a list",
  ],
  ["a route of the framework's", () => made({}).portal.get("/enter", (c) => c.json(1)), "never be asked"],
  ["a parameter that may be missing", () => made({}).portal.get("/a/:b?", (c) => c.json(1)), "register two"],
  ["half of a retry", () => made({}).job("a", { retries: { maximum: 2.5 } }, () => 1), "a whole number"],
  ["half of a run", () => made({}).job("a", { atOnce: 1.5 }, () => 1), "a whole number"],
  [
    "a deadline that no timer lasts for",
    () => made({}).job("a", { deadlineSeconds: 25 * 86_400 }, () => 1),
    "deadlineSeconds of a",
  ],
  ["no options", () => made({}).job("a", null as unknown as object, () => 1), "must be an object, not null"],
  ["a name without letters", () => made({}).job("a", { 42: 1 } as object, () => 1), "it has title"],
  ["a job", () => made({}).job("a", { Requires: [] } as object, () => 1), "requires may be meant"],
  ["a job's retries", () => made({}).job("a", { retries: { max: 1 } } as object, () => 1), "maximum may be"],
  [
    "no number of retries",
    () => made({}).job("a", { retries: { maximum: Number.NaN } }, () => 1),
    "maximum of a",
  ],
  ["an overlap", () => made({}).job("a", { overlap: "skp" } as object, () => 1), "overlap of a must be"],
  ["none at once", () => made({}).job("a", { atOnce: 0 }, () => 1), "atOnce of a must be"],
  [
    "a schedule",
    () => {
      const app = made({});
      app.schedule(
        "s",
        "0 * * * *",
        app.job("a", {}, () => 1),
        { timezone: "UTC" } as object,
      );
    },
    "timeZone may be meant",
  ],
])("is refused: %s", (_what, make, said) => {
  expect(make).toThrow(TypeError);
  expect(make).toThrow(said);
});

test.each<readonly [string, () => unknown]>([
  ["as many runs as there are", () => made({}).job("a", { atOnce: Number.POSITIVE_INFINITY }, () => 1)],
  ["a route for whatever there is", () => made({}).portal.get("*", (c) => c.json(1))],
  ["a route without a slash", () => made({}).portal.get("api/a", (c) => c.json(1))],
  ["another method where the framework answers GET", () => made({}).portal.post("/enter", (c) => c.json(1))],
])("is taken: %s", (_what, make) => {
  expect(make).not.toThrow();
});
