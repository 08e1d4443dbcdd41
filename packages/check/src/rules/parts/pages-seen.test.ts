import { expect, test } from "vitest";
import { onlyIn, told } from "./layout-seen.ts";
import { worthPressing } from "./portal-seen.ts";

test("what is found in the dark alone is said to be of the dark", () => {
  const faint = (...where: string[]) => ({ id: "color-contrast", where });
  const dark = onlyIn("the dark colour scheme", [faint("#a: 2 to 1", "#b: 1 to 1")], [faint("#a: 2 to 1")]);
  expect(told(dark)).toEqual(["color-contrast at #b: 1 to 1 (in the dark colour scheme)."]);
  expect(onlyIn("the dark colour scheme", [faint("#a: 2 to 1")], [faint("#a: 2 to 1")])).toEqual([]);
});

test("each form's own Save is pressed, a table's only once, what sorts it last", () => {
  const button = (words: string, form = -1, heads = false) => ({ words, form, heads });
  const buttons = [
    button("Name", -1, true),
    button("Save", 0),
    button("Save", 1),
    button("Open"),
    button("Open"),
  ];
  expect(worthPressing(buttons)).toEqual([1, 2, 3, 0]);
});
