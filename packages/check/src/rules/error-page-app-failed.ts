import { type Verdict, warning } from "../evidence/index.ts";
import { type BadDayWords, judgeBadDay, seeBrokenDay } from "./parts/error-pages.ts";
import { defineRule } from "./rule.ts";

export default defineRule({
  id: "error-page-app-failed",
  title: "When something fails the page says what to do instead of showing its insides",
  section: "10",
  holdsTo: "What happened, and what to do next, for at least: the app itself failed (with a reference id).",
  severity: "serious",
  how: "The page is opened in Chromium while Cloud answers 500; what it says more than on a fair day must read as a cause and a next step, and name a reference.",
  fix: "Catch every failure in one place and answer with words for a person and a reference that stands in your log, never with a stack or an empty page.",
  needs: ["start", "browser"],
  observe: seeBrokenDay,
  judge: judgeFailure,
});

/** Whoever it was, its operator is asked about it: without a reference he can't find it in his log. */
export function judgeFailure(seen: BadDayWords): Verdict {
  const verdict = judgeBadDay(seen);
  if (verdict.verdict !== "pass" || hasReference(seen.bad.text)) return verdict;
  return warning(`${verdict.evidence} It names no reference by which its operator could find the failure.`);
}

/** A word with a digit or a capital inside, as no sentence has: an id. One in four short random ones has no digit. */
function hasReference(text: string): boolean {
  return /\b(?=[\w-]*(?:\d|[a-z][A-Z]))[\w-]{6,}\b/.test(text);
}
