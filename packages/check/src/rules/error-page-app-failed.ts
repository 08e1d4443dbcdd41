import { newWords, type Verdict, warning } from "../evidence/index.ts";
import { type BadDayWords, judgeBadDay, seeBrokenDay } from "./error-pages.ts";
import { defineRule } from "./rule.ts";

export default defineRule({
  id: "error-page-app-failed",
  title: "When something fails the page says what to do instead of showing its insides",
  section: "10",
  holdsTo: "What happened, and what to do next, for at least: the app itself failed (with a reference id).",
  severity: "serious",
  how: "The page is opened in Chromium while Cloud answers 500; what it says more than on a fair day must read as a cause and a next step, and name Cloud or a reference.",
  fix: "Catch every failure in one place and answer with words for a person and a reference that stands in your log, never with a stack or an empty page.",
  needs: ["start", "browser"],
  observe: seeBrokenDay,
  judge: judgeFailure,
});

/** A page that says it was Cloud has nothing of its own to be found by a reference. */
export function judgeFailure(seen: BadDayWords): Verdict {
  const verdict = judgeBadDay(seen);
  if (verdict.verdict !== "pass" || hasReference(seen.bad.text) || namesCloud(seen)) return verdict;
  return warning(
    `${verdict.evidence} It neither says that it was Cloud nor names a reference by which its operator could find the failure.`,
  );
}

/** A name is the same in every language. */
function namesCloud({ fair, bad }: BadDayWords): boolean {
  return /\b(blnk|cloud)\b/i.test(newWords(fair.text, bad.text));
}

/** A word with a digit or a capital inside, as no sentence has: an id. One in four short random ones has no digit. */
function hasReference(text: string): boolean {
  return /\b(?=[\w-]*(?:\d|[a-z][A-Z]))[\w-]{6,}\b/.test(text);
}
