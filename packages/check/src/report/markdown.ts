/** For a pull request's comment: what fails first, the rest folded away. */
import type { Report, RuleReport, VerdictName } from "../evidence/index.ts";
import {
  figures,
  findingsOf,
  headline,
  mostUntested,
  saysWaiting,
  untestedByReason,
  withVerdict,
} from "./order.ts";

export function markdownReport(report: Report): string {
  const list = (verdict: VerdictName, line: (rule: RuleReport) => string) =>
    withVerdict(report, verdict).map(line);
  const parts = [
    `### annex check: ${headline(report)}`,
    [figures(report), escapeMarkdown(mostUntested(report))].filter((line) => line !== "").join("\n\n"),
    ...list("fail", (rule) => finding(report, rule)),
    ...folded(
      "Warnings",
      list("warning", (rule) => finding(report, rule)),
    ),
    ...folded(
      "Not tested",
      untestedByReason(report).map(
        ({ reason, rules }) =>
          `- ${rules.map(({ id }) => `\`${id}\``).join(", ")}: ${escapeMarkdown(reason)}`,
      ),
      report.summary.not_tested,
    ),
    ...folded(
      "Passed",
      list("pass", (rule) => `- \`${rule.id}\`: ${escapeMarkdown(rule.title)}`),
    ),
  ];
  return `${parts.join("\n\n")}\n`;
}

function finding(report: Report, rule: RuleReport): string {
  const waiting = saysWaiting(report, rule);
  return [
    `**${rule.severity}** · \`${rule.id}\`: ${escapeMarkdown(rule.title)}`,
    `${evidenceOf(rule)}\n\n*To mend it:* ${escapeMarkdown(rule.fix)}${waiting === "" ? "" : ` ${escapeMarkdown(waiting)}`}`,
  ].join("\n\n");
}

/** Each thing that was found by itself. */
function evidenceOf(rule: RuleReport): string {
  const found = findingsOf(rule).map(escapeMarkdown);
  return found.length <= 1 ? found.join("") : found.map((line) => `- ${line}`).join("\n");
}

function folded(title: string, lines: readonly string[], count = lines.length): readonly string[] {
  if (lines.length === 0) return [];
  return [`<details><summary>${title} (${count})</summary>\n\n${lines.join("\n")}\n\n</details>`];
}

/** Evidence quotes answers of a stranger's app: nothing in it may become markup or mention anybody. */
function escapeMarkdown(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(/([\\`*_[\]|#@])/g, "\\$1")
    .replaceAll("\n", " ");
}
