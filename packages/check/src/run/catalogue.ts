/** The rules as a document, from their own files. */
import { type Rule, rules } from "../rules/index.ts";

/** Every rule's id, in the order of a report. */
export const ruleIds: readonly string[] = rules.map(({ id }) => id);

/** The guide's page of rules: what each holds an app to, how it is tested, how to mend what it finds. */
export function rulesAsMarkdown(): string {
  const sections = [...new Set(rules.map(({ section }) => section))].toSorted(bySection);
  const parts = sections.flatMap((section) => [
    `## Section ${section} of the contract`,
    ...rules.filter((rule) => rule.section === section).map(describeRule),
  ]);
  return `${["# Rules of `annex check`", ...parts].join("\n\n")}\n`;
}

function bySection(left: string, right: string): number {
  return left.localeCompare(right, "en", { numeric: true });
}

function describeRule(rule: Rule): string {
  const needs = (rule.needs ?? []).join(", ");
  return [
    `### \`${rule.id}\`: ${rule.title}`,
    `> ${rule.holdsTo}`,
    `**Severity:** ${rule.severity}. **Tested:** ${rule.how}${needs === "" ? "" : ` **Needs:** ${needs}.`}`,
    `**To mend it:** ${rule.fix}`,
  ].join("\n\n");
}
