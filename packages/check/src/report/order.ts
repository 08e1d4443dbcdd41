/** What to mend first: failures before warnings, the worst first, then what most others wait for, else the catalogue's order. */
import type { Report, RuleReport, Severity, VerdictName } from "../evidence/index.ts";

const severities: readonly Severity[] = ["critical", "serious", "minor"];

/** The rules with one verdict, the most severe first, and of those what most others wait for. */
export function withVerdict(report: Report, verdict: VerdictName): readonly RuleReport[] {
  const waiting = new Map(report.rules.map((rule) => [rule, waitingFor(report, rule).length]));
  return report.rules
    .filter((rule) => rule.verdict === verdict)
    .toSorted(
      (left, right) =>
        severities.indexOf(left.severity) - severities.indexOf(right.severity) ||
        (waiting.get(right) ?? 0) - (waiting.get(left) ?? 0),
    );
}

/** The rules that can be judged only once this one holds. */
export function waitingFor({ rules }: Report, { id }: RuleReport): readonly string[] {
  return rules.filter(({ mendFirst }) => mendFirst === id).map((rule) => rule.id);
}

/** The same as a sentence, empty where none waits. */
export function saysWaiting(report: Report, rule: RuleReport): string {
  const waiting = waitingFor(report, rule);
  if (waiting.length === 0) return "";
  return `Until it holds, ${waiting.length === 1 ? "one other rule" : `${waiting.length} other rules`} can't be judged: ${waiting.join(", ")}.`;
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

/** Why rules were not tested, each reason with its rules, the one of most rules first. */
export function untestedByReason(
  report: Report,
): readonly { readonly reason: string; readonly rules: readonly RuleReport[] }[] {
  const untested = withVerdict(report, "not_tested");
  return [...new Set(untested.map(({ evidence }) => evidence))]
    .map((reason) => ({ reason, rules: untested.filter(({ evidence }) => evidence === reason) }))
    .toSorted((left, right) => right.rules.length - left.rules.length);
}

/** Why most of what was not tested was not; empty where the reasons are many. */
export function mostUntested(report: Report): string {
  const [most] = untestedByReason(report);
  const all = report.summary.not_tested;
  if (most === undefined || most.rules.length < 3 || most.rules.length * 2 <= all) return "";
  return `Of the ${all} rules not tested ${most.rules.length} have one reason: ${most.reason}`;
}

/** The figures in one line. */
export function figures({ summary }: Report): string {
  return `${summary.pass} pass · ${summary.fail} fail · ${summary.warning} warning · ${summary.not_tested} not tested · ${summary.seconds} s`;
}

/** What was found, one thing each: evidence has a line for each. */
export function findingsOf({ evidence }: Pick<RuleReport, "evidence">): readonly string[] {
  return evidence.split("\n").filter((line) => line.trim() !== "");
}
