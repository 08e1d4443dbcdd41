import { NotTested, pass, refused, warning } from "../evidence/index.ts";
import { seeBadInput } from "./parts/bad-input.ts";
import { defineRule } from "./rule.ts";

export default defineRule({
  id: "bad-input-named",
  title: "A refusal names the field that is wrong",
  section: "5",
  holdsTo: "400/413/422 with which field and why.",
  severity: "minor",
  how: "The answers to install events with one wrong field are searched for that field's name.",
  fix: "Put the name of the first field that does not fit, and what it should be, into the JSON of the 400 or 422.",
  observe: seeBadInput,
  judge: (seen) => {
    const installs = seen.filter(
      ({ door, field, answer, isRight }) =>
        door === "install" && field !== "body" && isRight !== true && refused(answer),
    );
    if (installs.length === 0)
      throw new NotTested("No wrong event was refused.", "See the rule bad-input-refused.");
    const unnamed = installs.filter(({ field, answer }) => !answer.text.includes(field));
    const fields = [...new Set(unnamed.map(({ field }) => field))];
    if (fields.length === 0) return pass(`All ${installs.length} refusals name the field.`);
    return warning(
      `Refused without naming the field: ${fields.join(", ")}. Whoever has to find the fault is left to guess.`,
    );
  },
});
