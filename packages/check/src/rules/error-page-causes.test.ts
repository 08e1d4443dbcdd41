import { expect, test } from "vitest";
import { NotTested } from "../evidence/index.ts";
import { judgeCauses } from "./error-page-causes.ts";

const told = (cause: string, text: string) => ({ cause, visit: { text, shown: text !== "" } });
const expired = told(
  "an expired link",
  "The session has expired. Launch the app again.\nReference: 1a2b3c4d",
);

test("pages that say the same but for their reference are one too few", () => {
  const uninstalled = told(
    "an uninstalled app",
    "The session has expired. Launch the app again. Reference: 9f8e",
  );
  expect(judgeCauses([expired, uninstalled])).toMatchObject({
    verdict: "fail",
    evidence: expect.stringContaining("an expired link and of an uninstalled app") as string,
  });
});

test("pages with words of their own pass", () => {
  const uninstalled = told("an uninstalled app", "The app is not installed any more. Install it again.");
  expect(judgeCauses([expired, uninstalled]).verdict).toBe("pass");
});

test("of blank pages nothing is said", () => {
  expect(() => judgeCauses([expired, told("an uninstalled app", "")])).toThrow(NotTested);
});

test("pages in a language without blanks have words of their own beside their numbers", () => {
  const pages = [
    told("an expired link", "Stripe同步 / 该链接已于5分钟后失效，请重新启动应用。"),
    told("an uninstalled app", "Stripe同步 / 应用已于2026年11月卸载，请重新安装。"),
  ];
  expect(judgeCauses(pages).verdict).toBe("pass");
});
