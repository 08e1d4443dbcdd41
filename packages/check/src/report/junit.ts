/** JUnit's XML, which every CI system shows. A warning is a passed case with its words as output. */
import type { Report, RuleReport } from "../evidence/index.ts";
import { saysWaiting } from "./order.ts";

export function junitReport(report: Report): string {
  const { app, summary, rules } = report;
  const counts = `tests="${rules.length}" failures="${summary.fail}" errors="0" skipped="${summary.not_tested}" time="${summary.seconds}"`;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="annex check" ${counts}>`,
    `  <testsuite name="${escapeXml(app)}" ${counts}>`,
    ...rules.map((rule) => testCase(report, rule)),
    "  </testsuite>",
    "</testsuites>",
    "",
  ].join("\n");
}

function testCase(report: Report, rule: RuleReport): string {
  const name = `classname="section ${rule.section}" name="${escapeXml(`${rule.id}: ${rule.title}`)}" time="${rule.seconds}"`;
  const inside = outcome(rule, saysWaiting(report, rule));
  return inside === "" ? `    <testcase ${name}/>` : `    <testcase ${name}>${inside}</testcase>`;
}

function outcome({ verdict, severity, evidence, fix }: RuleReport, waiting: string): string {
  if (verdict === "fail")
    return `<failure type="${severity}" message="${escapeXml(evidence)}">${escapeXml([evidence, `To mend it: ${fix}`, waiting].filter((part) => part !== "").join("\n\n"))}</failure>`;
  if (verdict === "not_tested") return `<skipped message="${escapeXml(evidence)}"/>`;
  return verdict === "warning" ? `<system-out>${escapeXml(`Warning: ${evidence}`)}</system-out>` : "";
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: XML 1.0 forbids them even escaped.
const forbidden = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g;

function escapeXml(text: string): string {
  return text
    .replaceAll(forbidden, "·")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}
