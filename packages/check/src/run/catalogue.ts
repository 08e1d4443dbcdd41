/** The rules as a document, from their own files. */
import { type Rule, rules } from "../rules/index.ts";

/** What is known of a rule before it runs. */
export type RuleDescription = Pick<
  Rule,
  "id" | "title" | "section" | "severity" | "holdsTo" | "how" | "fix"
> & {
  /** Whether it takes seconds: it waits, kills, watches the app's work, or opens a browser. `--fast` leaves most of these out. */
  readonly slow: boolean;
  /** The rules that have to hold before this one accuses an app. */
  readonly standsOn: readonly string[];
};

/** Every rule, in the order of a report. */
export const ruleDescriptions: readonly RuleDescription[] = rules.map((rule) => ({
  id: rule.id,
  title: rule.title,
  section: rule.section,
  severity: rule.severity,
  holdsTo: rule.holdsTo,
  how: rule.how,
  fix: rule.fix,
  standsOn: (rule.standsOn ?? []).map(({ id }) => id),
  slow:
    (rule.pace !== undefined && rule.pace !== "last") ||
    (rule.needs ?? []).some((need) => need === "browser" || need === "waiting"),
}));

/**
 * The guide's page of rules: what each holds an app to, how it is tested, how to mend what it finds.
 *
 * @example
 * ```ts
 * writeFileSync("rules.md", rulesAsMarkdown());
 * ```
 */
export function rulesAsMarkdown(): string {
  const sections = [...new Set(rules.map(({ section }) => section))].toSorted(bySection);
  const parts = sections.flatMap((section) => [
    `## Section ${section} of the contract`,
    ...rules.filter((rule) => rule.section === section).map(describeRule),
  ]);
  return `${["# Rules of `annex check`", standing, ...parts].join("\n\n")}\n`;
}

const standing =
  "A rule accuses an app only where the rules it stands on hold: where one of them fails, it is not tested and names that one to mend first, unless what it found needs fewer of them. So is a pass that nothing shows, such as of an app that launches nothing at all, or can't be installed. What moved money or gave out a secret or another's records counts all the same.";

function bySection(left: string, right: string): number {
  return left.localeCompare(right, "en", { numeric: true });
}

function describeRule(rule: Rule): string {
  const needs = (rule.needs ?? []).join(", ");
  const { shownBy: shower } = rule;
  const grounds = (rule.standsOn ?? []).map(({ id }) => `\`${id}\``).join(", ");
  return [
    `### \`${rule.id}\`: ${rule.title}`,
    `> ${rule.holdsTo}`,
    `**Severity:** ${rule.severity}. **Tested:** ${rule.how}${needs === "" ? "" : ` **Needs:** ${needs}.`}${grounds === "" ? "" : ` **Stands on:** ${grounds}.`}${shower === undefined ? "" : ` **Shown by:** \`${shower.id}\`.`}`,
    `**To mend it:** ${rule.fix}`,
  ].join("\n\n");
}
