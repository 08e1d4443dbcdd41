/** One self-contained page: on top what a manager reads, below it what an engineer needs. No script from anywhere. */
import type { Report, RuleReport } from "../../evidence/index.ts";
import {
  figures,
  findingsOf,
  headline,
  mostUntested,
  untestedByReason,
  waitingFor,
  withVerdict,
} from "../order.ts";
import { escapeHtml } from "./escape.ts";
import { style } from "./style.ts";

export function htmlReport(report: Report): string {
  const failed = withVerdict(report, "fail");
  const warned = withVerdict(report, "warning");
  const untested = withVerdict(report, "not_tested");
  const passed = withVerdict(report, "pass");
  const body = [
    summary(report, failed),
    section(
      "All there is to mend, with what was sent and answered",
      [...failed, ...warned].map((rule) => finding(report, rule)),
    ),
    section(`Not tested (${untested.length})`, untestedByReason(report).map(reasonOf)),
    section(`Passed (${passed.length})`, passed.map(details)),
  ].join("\n");
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">
<title>annex check: ${escapeHtml(headline(report))}</title><style>${style}</style></head>
<body><main>
${body}
</main></body></html>
`;
}

function summary(report: Report, failed: readonly RuleReport[]): string {
  const state = failed.length > 0 ? "bad" : report.summary.warning > 0 ? "doubt" : "good";
  const why = mostUntested(report);
  const first = failed.slice(0, mendedFirst).map((rule) => firstToMend(report, rule));
  const more = failed.length - first.length;
  const rest = more > 0 ? `<p>Then ${more} more, below in the order of their weight.</p>` : "";
  const todo =
    first.length === 0
      ? ""
      : `<h2>Mend first</h2><ol class="first">${first.join("")}</ol>${rest}<p class="what">${escapeHtml(weights)}</p>`;
  return `<header class="${state}"><p class="what">Check of the app at ${escapeHtml(report.app)} against the contract of Blnk Cloud</p>
<h1>${escapeHtml(headline(report))}</h1>
<p class="figures">${escapeHtml(figures(report))} · ${escapeHtml(report.startedAt.replace("T", " ").slice(0, 16))} UTC</p>${why === "" ? "" : `<p class="what">${escapeHtml(why)}</p>`}</header>${todo}`;
}

const mendedFirst = 3;
const weights =
  "Critical: somebody can get at a key, a session or another's data, or the app can't be installed, opened or removed. Serious: it fails people on a bad day. Minor: a nuisance.";

/** What is wrong, seen by somebody who knows nothing of the app, and what to do about it. */
function firstToMend(report: Report, rule: RuleReport): string {
  return `<li><span class="tag fail">${rule.severity}</span> · This should hold and does not: <a href="#${rule.id}"><strong>${escapeHtml(rule.title)}</strong></a>.
${seenFirst(rule)}<p><strong>To mend it:</strong> ${escapeHtml(rule.fix)}</p>${waiting(report, rule)}</li>`;
}

/** The first of what was found, and how much more of it stands below. */
function seenFirst(rule: RuleReport): string {
  const [first = "", ...others] = findingsOf(rule);
  const more = others.length === 0 ? "" : ` <a href="#${rule.id}">And ${others.length} more.</a>`;
  return `<p class="evidence"><strong>Seen:</strong> ${escapeHtml(shortened(first))}${more}</p>`;
}

/** Each thing that was found by itself. */
function evidenceOf(rule: RuleReport): string {
  const found = findingsOf(rule);
  if (found.length <= 1) return `<p class="evidence">${escapeHtml(rule.evidence)}</p>`;
  return `<ul class="evidence">${found.map((line) => `<li>${escapeHtml(line)}</li>`).join("")}</ul>`;
}

/** What can be judged only once this is mended. */
function waiting(report: Report, rule: RuleReport): string {
  const links = waitingFor(report, rule).map((id) => `<a href="#${id}"><code>${id}</code></a>`);
  return links.length === 0
    ? ""
    : `<p>Until it holds, ${links.length === 1 ? "one other rule" : `${links.length} other rules`} can't be judged: ${links.join(", ")}.</p>`;
}

const longestSeen = 280;

function shortened(text: string): string {
  return text.length > longestSeen ? `${text.slice(0, longestSeen)}…` : text;
}

function section(title: string, parts: readonly string[]): string {
  const content = parts.filter((part) => part !== "");
  return content.length === 0 ? "" : `<section><h2>${escapeHtml(title)}</h2>${content.join("\n")}</section>`;
}

function finding(report: Report, rule: RuleReport): string {
  return `<article id="${rule.id}" class="${rule.verdict}"><h3>${escapeHtml(rule.title)}</h3>
<p class="tags"><span class="tag ${rule.verdict}">${rule.verdict === "fail" ? rule.severity : "warning"}</span> <code>${rule.id}</code> · section ${rule.section} · ${rule.seconds} s</p>
${evidenceOf(rule)}
<p><strong>To mend it:</strong> ${escapeHtml(rule.fix)}</p>${waiting(report, rule)}
${inDepth(rule)}</article>`;
}

function details(rule: RuleReport): string {
  return `<details class="line" id="${rule.id}"><summary>${escapeHtml(rule.title)}</summary>${evidenceOf(rule)}${inDepth(rule)}</details>`;
}

function inDepth(rule: RuleReport): string {
  const lines = rule.exchanges.map((line) => `<li>${escapeHtml(line)}</li>`).join("");
  const pictures = rule.pictures
    .map(
      ({ title, jpeg }) =>
        `<figure><img alt="${escapeHtml(title)}" src="data:image/jpeg;base64,${jpeg}"><figcaption>${escapeHtml(title)}</figcaption></figure>`,
    )
    .join("");
  return `<details><summary>How it was tested</summary><p>${escapeHtml(rule.how)}</p><blockquote>${escapeHtml(rule.holdsTo)}</blockquote>${lines === "" ? "" : `<ol class="wire">${lines}</ol>`}${pictures === "" ? "" : `<div class="pictures">${pictures}</div>`}</details>`;
}

/** One reason for which rules were not tested, and those rules. */
function reasonOf({ reason, rules }: ReturnType<typeof untestedByReason>[number]): string {
  const rows = rules.map(
    (rule) =>
      `<li id="${rule.id}"><strong>${escapeHtml(rule.title)}</strong> <code>${rule.id}</code>${rule.exchanges.length > 0 ? inDepth(rule) : ""}</li>`,
  );
  return `<p class="evidence">${escapeHtml(reason)}</p><ul class="untested">${rows.join("")}</ul>`;
}
