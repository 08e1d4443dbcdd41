import { expect, test } from "vitest";
import {
  asksColorScheme,
  colorSchemeIn,
  colorSchemeMessage,
  colorSchemeTold,
  isDashboardOrigin,
} from "../index.ts";

test.each([
  ["https://blnkfinance.com", true],
  ["https://cloud.blnkfinance.com", true],
  ["https://a.b.blnkfinance.com", true],
  ["http://127.0.0.1:4400", true],
  ["http://localhost:4400", true],
  ["http://[::1]:4400", true],
  ["http://blnkfinance.com", false],
  ["http://cloud.blnkfinance.com", false],
  ["https://cloud.blnkfinance.com:8443", false],
  ["https://blnkfinance.com.evil.io", false],
  ["https://evilblnkfinance.com", false],
  ["http://127.0.0.1.evil.io", false],
  ["http://localhost.evil.io", false],
  ["https://cloud.blnkfinance.com/path", false],
  ["null", false],
  ["", false],
])("%s may say a page's colour scheme: %s", (origin, allowed) => {
  expect(isDashboardOrigin(origin)).toBe(allowed);
});

test("a scheme is read from its own message and from nothing else", () => {
  expect(colorSchemeIn(colorSchemeTold("light"))).toBe("light");
  for (const message of [
    "dark",
    null,
    undefined,
    { scheme: "dark" },
    { type: colorSchemeMessage.told, scheme: "red" },
    { type: colorSchemeMessage.asked, scheme: "dark" },
  ]) {
    expect(colorSchemeIn(message)).toBeUndefined();
  }
});

test("only the question is taken for the question", () => {
  expect(asksColorScheme({ type: colorSchemeMessage.asked })).toBe(true);
  for (const message of [null, "x", {}, colorSchemeTold("dark")])
    expect(asksColorScheme(message)).toBe(false);
});
