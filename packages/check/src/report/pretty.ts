/** For a person at a terminal. */
import type { Report, RuleReport, VerdictName } from "../evidence/index.ts";
import { figures, headline, mostUntested, saysWaiting, untestedByReason, withVerdict } from "./order.ts";

const words: Readonly<Record<VerdictName, string>> = {
  pass: "pass",
  fail: "FAIL",
  warning: "warn",
  not_tested: "  – ",
};

/**
 * One line as a rule ends.
 *
 * @example
 * ```ts
 * progressLine(rule, 3, 95); // "  3/95 pass duplicate-install (0.4 s)"
 * ```
 */
export function progressLine(rule: RuleReport, done: number, all: number): string {
  return `${String(done).padStart(3)}/${all} ${words[rule.verdict]} ${rule.id} (${rule.seconds} s)`;
}

export function prettyReport(report: Report): string {
  const blocks = [
    ...withVerdict(report, "fail").map((rule) => finding(report, rule)),
    ...withVerdict(report, "warning").map((rule) => finding(report, rule)),
    ...untested(report),
    [headline(report), ...mendFirst(report), mostUntested(report), figures(report)]
      .filter((line) => line !== "")
      .join("\n"),
  ];
  return `${blocks.join("\n\n")}\n`;
}

/** The last thing on the screen is the first to do. */
function mendFirst(report: Report): readonly string[] {
  const [worst] = withVerdict(report, "fail");
  return worst === undefined ? [] : [`Mend first: ${worst.id}, "${worst.title}".`];
}

function finding(report: Report, rule: RuleReport): string {
  const waiting = saysWaiting(report, rule);
  return [
    `${words[rule.verdict]} ${rule.id} (${rule.severity}, section ${rule.section}): ${rule.title}`,
    `     ${indent(rule.evidence)}`,
    `     To mend it: ${indent(rule.fix)}`,
    ...(waiting === "" ? [] : [`     ${waiting}`]),
  ].join("\n");
}

function untested(report: Report): readonly string[] {
  const reasons = untestedByReason(report);
  if (reasons.length === 0) return [];
  const lines = reasons.map(
    ({ reason, rules }) => `  ${rules.map(({ id }) => id).join(", ")}: ${indent(reason)}`,
  );
  return [["Not tested:", ...lines].join("\n")];
}

function indent(text: string): string {
  return text.replaceAll("\n", "\n     ");
}
