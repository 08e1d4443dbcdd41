import { describeAnswer, fail, NotTested, pass, succeeded, type Verdict } from "../evidence/index.ts";
import { type BadSeen, seeBadInput } from "./parts/bad-input.ts";
import portalAccepted from "./portal-accepted.ts";
import { defineRule } from "./rule.ts";
import uninstallAccepted from "./uninstall-accepted.ts";
import uninstallNamesOne from "./uninstall-names-one.ts";

const shown = 4;

export default defineRule({
  id: "bad-input-refused",
  title: "Wrong events and portal requests are refused and not stored",
  section: "5",
  holdsTo:
    "Body that is not JSON, wrong types, missing field, a scope that does not exist: 400/413/422; nothing stored.",
  severity: "serious",
  how: "Each field of each payload is left out and given wrong types, and bodies that are no JSON are sent; afterwards it is looked whether any had an effect, and the right install event is sent, which must be taken.",
  fix: "Check the whole body against a schema before you do anything; answer 400 or 422 and store nothing when it does not fit. Never answer 5xx to what somebody else sent.",
  standsOn: [portalAccepted, uninstallAccepted, uninstallNamesOne],
  shownBy: portalAccepted,
  observe: seeBadInput,
  judge: judgeBadInput,
});

export function judgeBadInput(seen: readonly BadSeen[]): Verdict {
  const wrong = seen.filter(({ isRight }) => isRight !== true);
  const effective = wrong.filter((one) => one.effective && mustRefuse(one));
  const accepted = wrong.filter((one) => succeeded(one.answer) && !one.effective && mustRefuse(one));
  const broken = wrong.filter(({ answer }) => answer.status === null || answer.status >= 500);
  const [lost] = seen.filter(({ isRight }) => isRight === true);
  const found = [
    list("had an effect", effective),
    list("accepted", accepted),
    list("broke the app", broken),
    lost === undefined ? "" : lostAfterWrong(lost),
  ].filter((one) => one !== "");
  if (found.length > 0) return fail(...found);
  if (wrong.some(({ isUnknown }) => isUnknown === true))
    throw new NotTested(
      `${wrong.length} wrong bodies were refused, but the app launches installations that it has never heard of, so that a launch does not show what it has stored of them.`,
      "Mend first what the rule portal-foreign-ids finds.",
    );
  return pass(
    `${wrong.length} wrong bodies, all refused with 4xx, none with an effect; the right one was taken after them.`,
  );
}

function lostAfterWrong({ field, answer }: BadSeen): string {
  return `A right install event that came after the same with a wrong ${field} had been refused was not taken, or can't be launched: the app ${describeAnswer(answer)}. What is refused must not count as had.`;
}

/** A field that only some apps read may be wrong without anybody noticing. */
function mustRefuse({ field, door }: BadSeen): boolean {
  return !["user_id", "api_key_prefix", ...(door === "portal" ? ["organization_id"] : [])].includes(field);
}

function list(what: string, seen: readonly BadSeen[]): string {
  if (seen.length === 0) return "";
  const named = seen
    .slice(0, shown)
    .map(({ door, field, change, answer }) => `${door} with ${field} ${change} (${describeAnswer(answer)})`);
  return `${seen.length} wrong bodies ${what}: ${named.join("; ")}${seen.length > shown ? "; …" : ""}.`;
}
