import { randomUUID } from "node:crypto";
import { type Answer, describeAnswer, fail, harm, pass, refused, warning } from "../evidence/index.ts";
import { installed, portalBody, portalUrlIn, requestPortal } from "../world/index.ts";
import portalAccepted from "./portal-accepted.ts";
import { defineRule } from "./rule.ts";

export default defineRule({
  id: "portal-foreign-ids",
  title: "A portal request whose ids don't belong together is refused",
  section: "7",
  holdsTo:
    "The app checks: the installation exists, is active, app_id, instance_id (and organization_id if sent) match.",
  severity: "critical",
  how: "Portal requests with one tenant's installation and another's instance, organization or app, and for an installation that does not exist; then with each id nearly right: in capitals, with another end, without its end, and, for the installation, with an end that stands for anything in a database's pattern. A refusal without a code is a warning.",
  fix: "Look the installation up by installed_app_id and compare app_id, instance_id and, when sent, organization_id with what was stored at install, each the whole of it and to the letter, which no LIKE and not every database's = does; refuse with 4xx, a code and no URL when one differs.",
  standsOn: [portalAccepted],
  shownBy: portalAccepted,
  observe: async (world) => {
    const mine = await installed(world, { edition: "guide" });
    const other = await installed(world, { edition: "guide" });
    const cases = [
      { name: "another tenant's instance_id", fields: { instance_id: other.instanceId } },
      { name: "another tenant's organization_id", fields: { organization_id: other.organizationId } },
      { name: "another app_id", fields: { app_id: `app_${randomUUID()}` } },
      {
        name: "an installation that does not exist",
        fields: { installed_app_id: `instapp_${randomUUID()}` },
      },
      {
        name: "another tenant's instance and organization",
        fields: { instance_id: other.instanceId, organization_id: other.organizationId },
      },
      ...nearlyRight(portalBody(mine)),
    ];
    const seen = cases.map(async ({ name, fields }) => {
      const answer = await requestPortal(world.options.portal, { ...portalBody(mine), ...fields });
      return { name, answer };
    });
    return Promise.all(seen);
  },
  judge: (seen) => {
    // Whatever the status says: who reads the body has it.
    const given = seen.filter(({ answer }) => portalUrlIn(answer) !== undefined);
    const unclear = seen.filter((one) => !given.includes(one) && !refused(one.answer));
    const problems = [
      ...given.map(({ name }) => `A portal request with ${name} was given a URL.`),
      ...unclear.map(
        ({ name, answer }) =>
          `A portal request with ${name} was not refused with 4xx: the app ${describeAnswer(answer)}.`,
      ),
    ];
    if (problems.length > 0) {
      const verdict = fail(...problems);
      return given.length > 0 ? harm(verdict) : verdict;
    }
    const wordless = seen.find(({ answer }) => !hasCode(answer));
    return wordless === undefined
      ? pass("Each was refused with a code and without a URL.")
      : warning(
          `A portal request with ${wordless.name} was refused without a code: the app ${describeAnswer(wordless.answer)}. Nobody learns why.`,
        );
  },
});

const ids = ["installed_app_id", "app_id", "instance_id", "organization_id"];

/** Each id as who compares the beginning alone, whatever its case, or by a pattern would take it for the right one. */
function nearlyRight(body: Readonly<Record<string, unknown>>) {
  return ids.flatMap((field) => {
    const id = String(body[field]);
    const near = [
      { how: "in capitals", value: inCapitals(id) },
      { how: "with another end", value: `${id.slice(0, -6)}${id.endsWith("000000") ? "111111" : "000000"}` },
      { how: "without its end", value: id.slice(0, -6) },
      ...(field === "installed_app_id" ? [{ how: "with % for its end", value: `${id.slice(0, -6)}%` }] : []),
    ];
    return near
      .filter(({ value }) => value !== id)
      .map(({ how, value }) => ({ name: `its ${field} ${how}`, fields: { [field]: value } }));
  });
}

/** What comes after the kind of id: an app that tells ids by their kind would not read it otherwise. */
function inCapitals(id: string): string {
  const kind = id.slice(0, id.indexOf("_") + 1);
  return `${kind}${id.slice(kind.length).toUpperCase()}`;
}

/** A machine word, by whatever name and however deep it stands in the answer's JSON. */
export function hasCode({ text }: Pick<Answer, "text">): boolean {
  try {
    const body: unknown = JSON.parse(text);
    return typeof body === "object" && holdsCode(body);
  } catch {
    return false;
  }
}

function holdsCode(value: unknown, name = ""): boolean {
  // The type of a problem+json is an address.
  if (typeof value === "string")
    return /^[a-z][\w.:-]+$/i.test(value) || (name === "type" && /^(https?:\/)?\/\S+$/.test(value));
  if (typeof value !== "object" || value === null) return false;
  return Object.entries(value).some(([key, inner]) => holdsCode(inner, key));
}
