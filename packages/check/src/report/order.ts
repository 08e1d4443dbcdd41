/** What to mend first: failures before warnings, the worst first, else the catalogue's order. */
import type { Report, RuleReport, Severity, VerdictName } from "../evidence/index.ts";

const severities: readonly Severity[] = ["critical", "serious", "minor"];

/** The rules with one verdict, the most severe first. */
export function withVerdict(report: Report, verdict: VerdictName): readonly RuleReport[] {
  return report.rules
    .filter((rule) => rule.verdict === verdict)
    .toSorted((left, right) => severities.indexOf(left.severity) - severities.indexOf(right.severity));
}

/** The answer to "is it safe?", in a sentence. */
export function headline(report: Report): string {
  const { fail, warning, not_tested: untested } = report.summary;
  const critical = report.rules.filter(
    (rule) => rule.verdict === "fail" && rule.severity === "critical",
  ).length;
  if (critical > 0)
    return `Not safe to install: ${critical} critical ${critical === 1 ? "failure" : "failures"}${fail > critical ? ` and ${fail - critical} more` : ""}.`;
  if (fail > 0) return `Not ready: ${fail} ${fail === 1 ? "rule fails" : "rules fail"}.`;
  const doubts = [
    warning > 0 ? `${warning} ${warning === 1 ? "warning" : "warnings"}` : "",
    untested > 0 ? `${untested} not tested` : "",
  ].filter((part) => part !== "");
  return `Nothing fails${doubts.length === 0 ? "" : ` (${doubts.join(", ")})`}.`;
}

/** The figures in one line. */
export function figures({ summary }: Report): string {
  return `${summary.pass} pass · ${summary.fail} fail · ${summary.warning} warning · ${summary.not_tested} not tested · ${summary.seconds} s`;
}
