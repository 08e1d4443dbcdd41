import { expect, test } from "vitest";
import { smallApp } from "../../test/small-app.ts";
import uninstallNamesOne from "./uninstall-names-one.ts";

const ended = expect.stringContaining("ended the link of another installation");

test("an uninstall that ends the links of its organization in another instance fails", async () => {
  const world = await smallApp({ uninstallEnds: "the organization's" });
  expect(await uninstallNamesOne.check(world)).toMatchObject({ verdict: "fail", evidence: ended });
});

test("an app that ends what it names passes", async () => {
  expect(await uninstallNamesOne.check(await smallApp())).toMatchObject({ verdict: "pass" });
});

test.for([
  ["that a launch of the same member ends", { launchEnds: "the member's" }, {}],
  ["that opens its page one time", { opensOnce: true }, {}],
  ["that may be over by itself", { uninstallEnds: "the organization's" }, { linkSeconds: 1 }],
] as const)("of a link %s nothing is said", async ([, manner, options]) => {
  const { verdict } = await uninstallNamesOne.check(await smallApp(manner, options));
  expect(verdict).toBe("pass");
});
