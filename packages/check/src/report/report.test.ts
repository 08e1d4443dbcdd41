import { expect, test } from "vitest";
import type { Report, RuleReport } from "../evidence/index.ts";
import { summarize } from "../evidence/index.ts";
import { formatReport, reportFormats } from "./index.ts";

const rule = (id: string, given: Partial<RuleReport> = {}): RuleReport => ({
  id,
  title: `Title of ${id}`,
  section: "5",
  severity: "minor",
  verdict: "pass",
  evidence: "Seen.",
  fix: "Mend it.",
  seconds: 0.1,
  holdsTo: "A sentence.",
  how: "Tried.",
  standsOn: [],
  exchanges: [],
  pictures: [],
  ...given,
});

const hostile = '</script><img src=x onerror=alert(1)> ]]> "quoted" & *bold* @team\u0000';
const rules = [
  rule("first"),
  rule("second", { verdict: "fail", severity: "minor" }),
  rule("third", { verdict: "fail", severity: "critical", evidence: hostile, exchanges: [hostile] }),
  rule("fourth", { verdict: "not_tested" }),
  rule("fifth", { verdict: "warning" }),
];
const report: Report = {
  app: "http://localhost:1",
  startedAt: "2026-11-26T12:00:00.000Z",
  summary: summarize(rules, 12.34),
  rules,
};

test("the JSON report is one line in the shape of the doors", () => {
  const text = formatReport(report, "json");
  expect(text).not.toContain("\n");
  const value = JSON.parse(text);
  expect(value.summary).toEqual({ pass: 1, fail: 2, warning: 1, not_tested: 1, seconds: 12.3 });
  expect(value.rules[2]).toMatchObject({ id: "third", section: "5", severity: "critical", verdict: "fail" });
  expect(Object.keys(value.rules[0])).toEqual(
    expect.arrayContaining(["id", "title", "section", "severity", "verdict", "evidence", "fix", "seconds"]),
  );
});

test("what an app answered becomes markup in no format", () => {
  for (const format of reportFormats.filter(
    (each) => each === "html" || each === "junit" || each === "markdown",
  ))
    expect(formatReport(report, format)).not.toContain("<img src=x");
  expect(formatReport(report, "junit")).not.toContain("\u0000");
  expect(formatReport(report, "markdown")).not.toMatch(/[^\\]@team/);
});

test("a rule that others wait for comes first of its weight, and says which in every format", () => {
  const settled: Report = {
    ...report,
    rules: [
      ...rules,
      rule("ground", { verdict: "fail", severity: "critical" }),
      rule("above", { verdict: "not_tested", standsOn: ["ground"], mendFirst: "ground" }),
    ],
  };
  for (const format of ["pretty", "html", "markdown", "junit", "sarif"] as const)
    expect(formatReport(settled, format).replaceAll(/<[^>]*>/g, "")).toMatch(
      /one other rule can(?:'|&#39;|\\')t be judged: above/,
    );
  expect(formatReport(settled, "pretty")).toContain("Mend first: ground");
  const { rules: lines } = JSON.parse(formatReport(settled, "json"));
  expect(lines.at(-1)).toMatchObject({ standsOn: ["ground"], mendFirst: "ground" });
});

test("what has one reason is said once, and when it is the most, at the head", () => {
  const reason = "It was left out by --fast.";
  const left = ["one", "two", "three"].map((id) => rule(id, { verdict: "not_tested", evidence: reason }));
  const fast = { ...report, rules: [...rules, ...left], summary: summarize([...rules, ...left], 1) };
  for (const format of ["pretty", "html", "markdown"] as const) {
    const text = formatReport(fast, format);
    expect(text.replaceAll("\\", "")).toContain(`Of the 4 rules not tested 3 have one reason: ${reason}`);
    expect(text.replaceAll("\\", "").split(reason)).toHaveLength(3);
  }
});

test("the worst failure comes first", () => {
  for (const format of ["pretty", "html", "markdown"] as const) {
    const text = formatReport(report, format);
    expect(text.indexOf("Title of third")).toBeLessThan(text.indexOf("Title of second"));
    expect(text).toContain("Not safe to install: 1 critical failure and 1 more.");
  }
});

test("what to mend first is said with what was seen and what to do", () => {
  const [before = ""] = formatReport(report, "html").split("All there is to mend");
  expect(before).toContain("Mend first");
  expect(before).toContain("Seen:");
  expect(before).toContain("Mend it.");
  expect(formatReport(report, "pretty")).toContain('Mend first: third, "Title of third".');
});

test("JUnit counts failures and what was not tested", () => {
  expect(formatReport(report, "junit")).toContain('tests="5" failures="2" errors="0" skipped="1"');
});

test("SARIF names each rule, and results for what failed or warns", () => {
  const { runs } = JSON.parse(formatReport(report, "sarif"));
  expect(runs[0].tool.driver.rules).toHaveLength(5);
  expect(
    runs[0].results.map(({ ruleId, level }: { ruleId: string; level: string }) => `${ruleId} ${level}`),
  ).toEqual(["second warning", "third error", "fifth note"]);
});

test("each thing that was found stands by itself, and the first of them at the head", () => {
  const several = rule("several", { verdict: "fail", evidence: "A is wide.\nB is wide.\nAnd 3 more." });
  const wide: Report = { ...report, rules: [several], summary: summarize([several], 1) };
  const html = formatReport(wide, "html");
  expect(html).toContain("<li>A is wide.</li><li>B is wide.</li><li>And 3 more.</li>");
  expect(html.split("All there is to mend")[0]).toContain('A is wide. <a href="#several">And 2 more.</a>');
  expect(formatReport(wide, "markdown")).toContain("- A is wide.\n- B is wide.\n- And 3 more.");
  expect(formatReport(wide, "pretty")).toContain("     A is wide.\n     B is wide.");
});
