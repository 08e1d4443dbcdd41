/** What the validator says of an issue by itself, so that it can be told from what the author of a schema wrote. */
import type { z } from "zod";
import en from "zod/v4/locales/en.js";

type Issue = z.core.$ZodIssue;

const { localeError: sentenceOf } = en();

/**
 * Whether an issue has the validator's own sentence, in the language that it has by itself. Decided by the whole sentence
 * that it makes of this very issue: an author's may begin with the same words.
 */
export function isValidatorsOwn(issue: Issue): boolean {
  const own = sentenceOf(issue as z.core.$ZodRawIssue) as string;
  // What was received instead is not known any more.
  const received = ", received ";
  if (issue.code !== "invalid_type") return issue.message === own;
  return issue.message.startsWith(own.slice(0, own.lastIndexOf(received) + received.length));
}

/** What the field that tells the parts of a union apart may be; none where it has no such field. */
export function discriminators(issue: Extract<Issue, { code: "invalid_union" }>): readonly unknown[] {
  return "options" in issue && Array.isArray(issue.options) ? issue.options : [];
}
