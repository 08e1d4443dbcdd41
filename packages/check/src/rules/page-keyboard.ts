import { fail, missed, NotTested, pass, warning } from "../evidence/index.ts";
import { seeLayout } from "./parts/layout-seen.ts";
import { defineRule } from "./rule.ts";

export default defineRule({
  id: "page-keyboard",
  title: "The page works by keyboard, and shows where one is",
  section: "9",
  holdsTo: "Make buttons, forms, and error states easy to understand.",
  severity: "serious",
  how: "The tabulator is pressed through the page in Chromium; every button, link and field must be reached, with a sign that stands out from what is around it; a button that the tabulator leaves out on purpose is a warning. Then a field is left alone for some seconds: the focus must stay in it.",
  fix: "Use real buttons, links and fields instead of elements with a click handler, and leave the browser's focus ring on (or draw a better one with :focus-visible). When news come, change what is new and leave the rest of the page in place.",
  needs: ["browser"],
  observe: seeLayout,
  judge: ({ keyboard }) => {
    if (keyboard === undefined || keyboard.all.length === 0)
      throw new NotTested(
        "The page has nothing to press or fill in.",
        "It needs a page with a button, a link or a field.",
      );
    const passedBy = keyboard.all.filter(({ place }) => !keyboard.reached.includes(place));
    if (keyboard.reached.length === 0) return missed(fail("The tabulator reaches nothing on the page."));
    if (passedBy.length > 0 && keyboard.all.length < 25)
      return missed(
        fail(
          `The tabulator never reaches: ${passedBy
            .map(({ name }) => `"${name}"`)
            .slice(0, 4)
            .join(", ")}.`,
        ),
      );
    if (keyboard.lost !== undefined)
      return missed(
        fail(
          `"${keyboard.lost}" had the focus when the page put another in its place, by itself: whoever was there is nowhere.`,
        ),
      );
    const [unseen] = keyboard.unseen;
    if (unseen !== undefined) return missed(fail(`Nothing shows that "${unseen}" has the focus.`));
    const [leftOut] = keyboard.leftOut;
    return leftOut === undefined
      ? pass(`All ${keyboard.reached.length} reached, each with a visible sign.`)
      : warning(`"${leftOut}" can be pressed with a pointer, and the tabulator leaves it out (tabindex).`);
  },
});
