/** SARIF 2.1.0, for code scanning. Findings have no line of code; they stand on the manifest's place. */
import type { Report, RuleReport, Severity } from "../evidence/index.ts";
import { saysWaiting, waitingFor } from "./order.ts";

const levels: Readonly<Record<Severity, string>> = { critical: "error", serious: "error", minor: "warning" };
/** What code scanning sorts by; 9 and more is critical there, 7 and more high, 4 and more medium. */
const scores: Readonly<Record<Severity, string>> = { critical: "9.5", serious: "7.5", minor: "4.5" };

export function sarifReport(report: Report): string {
  const { rules } = report;
  const found = rules.filter(({ verdict }) => verdict === "fail" || verdict === "warning");
  const log = {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: { driver: { name: "annex check", rules: rules.map(describeRule) } },
        results: found.map((rule) => describeResult(report, rule)),
      },
    ],
  };
  return `${JSON.stringify(log, null, 2)}\n`;
}

function describeRule(rule: RuleReport) {
  return {
    id: rule.id,
    shortDescription: { text: rule.title },
    fullDescription: { text: rule.holdsTo },
    help: { text: rule.fix },
    defaultConfiguration: { level: levels[rule.severity] },
    properties: {
      tags: ["security"],
      "security-severity": scores[rule.severity],
      standsOn: rule.standsOn,
    },
  };
}

function describeResult(report: Report, rule: RuleReport) {
  const waiting = saysWaiting(report, rule);
  return {
    ruleId: rule.id,
    level: rule.verdict === "warning" ? "note" : levels[rule.severity],
    message: { text: `${rule.evidence}\nTo mend it: ${rule.fix}${waiting === "" ? "" : ` ${waiting}`}` },
    properties: { waiting: waitingFor(report, rule) },
    locations: [
      { physicalLocation: { artifactLocation: { uri: "package.json" }, region: { startLine: 1 } } },
    ],
    partialFingerprints: { rule: rule.id },
  };
}
