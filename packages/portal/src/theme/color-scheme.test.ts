import { colorSchemeTold } from "@annex/protocol";
import { expect, test } from "vitest";
import { schemeToldBy } from "./color-scheme.ts";

const parent = { name: "the dashboard's window" } as unknown as Window;
const stranger = { name: "another window" } as unknown as Window;
const origin = "https://cloud.blnkfinance.com";

test("the dashboard around the frame is believed", () => {
  expect(schemeToldBy({ source: parent, origin, data: colorSchemeTold("light") }, parent)).toBe("light");
});

test.each([
  ["another window", { source: stranger, origin, data: colorSchemeTold("light") }],
  ["a frame of another site", { source: parent, origin: "https://evil.io", data: colorSchemeTold("light") }],
  ["a message of something else", { source: parent, origin, data: { type: "resize", scheme: "light" } }],
])("%s is not", (_name, message) => {
  expect(schemeToldBy(message, parent)).toBeUndefined();
});
