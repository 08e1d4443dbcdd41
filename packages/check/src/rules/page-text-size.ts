import { fail, pass } from "../evidence/index.ts";
import { seeLayout } from "./parts/layout-seen.ts";
import { defineRule } from "./rule.ts";

/** CSS pixels. Labels of a few letters may be a little smaller than sentences. */
const smallestText = 12;
const smallestLabel = 10;
const sentence = 20;

export default defineRule({
  id: "page-text-size",
  title: "Text is large enough to read",
  section: "9",
  holdsTo: "Use clear spacing and readable text.",
  severity: "minor",
  how: "The size of each visible text is read in Chromium at 412, 900 and 1600 CSS pixels.",
  fix: "Use at least 14 px for text and 12 px for what stands beside it.",
  needs: ["browser"],
  observe: seeLayout,
  judge: ({ measures }) => {
    const small = measures
      .flatMap(({ texts }) => texts)
      .filter(({ text, size }) => size < (text.length < sentence ? smallestLabel : smallestText));
    const [first] = small;
    return first === undefined
      ? pass(`No text below ${smallestText} px.`)
      : fail(`"${first.text}" has ${first.size} px.`);
  },
});
