/** Reading pages without a browser: their words, and the values of their attributes. */
import { withoutProgramWords } from "./program-words.ts";

/**
 * Every value of an attribute.
 *
 * @example
 * ```ts
 * attributeValues('<script src="/a.js">', "src"); // ["/a.js"]
 * ```
 */
export function attributeValues(html: string, name: string): readonly string[] {
  const pattern = new RegExp(`\\s${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)'|([^\\s>]+))`, "gi");
  return [...html.matchAll(pattern)].map(([, double, single, bare]) => double ?? single ?? bare ?? "");
}

const fewestWords = 8;
/** More than any error page says; a page that is larger explains itself in its beginning or not at all. */
const mostJudged = 20_000;
const stackTrace =
  /\bat \S+ \([^()\n]*:\d+:\d+\)|Traceback \(most recent call last\)|goroutine \d+ \[|\.(js|ts|py|go|rb|java):\d+\b/;

/**
 * Whether words could be a cause and a next step, in any language: more than a bare status or code, at
 * least two statements, no stack trace, and enough of them said to a person. A judgement by structure; it can't tell good
 * advice from bad.
 */
export function readsAsExplanation(page: string): { readonly ok: boolean; readonly why: string } {
  const text = page.slice(0, mostJudged);
  if (stackTrace.test(text)) return { ok: false, why: "it shows a stack trace" };
  if (!areEnough(text))
    return { ok: false, why: `it has ${wordsIn(text).length} words, too few for a cause and a next step` };
  return areEnough(withoutProgramWords(text))
    ? { ok: true, why: "it says what happened and goes on from there" }
    : { ok: false, why: "it is what one program says to another, with too few words for a person" };
}

/** The letters of references, which come and go, are no words. */
function wordsIn(text: string): readonly string[] {
  return text.match(/(?<![\p{L}\p{M}\p{N}'’-])\p{L}[\p{L}\p{M}'’-]*(?![\p{L}\p{M}\p{N}'’-])/gu) ?? [];
}

function areEnough(text: string): boolean {
  const ideographs =
    text.match(/[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]/gu) ?? [];
  return wordsIn(text).length >= fewestWords || ideographs.length >= 2 * fewestWords;
}

/** What stands on the page now and did not before. A line in which only a number or a time is another says nothing new. */
export function newWords(before: string, now: string): string {
  const plain = (line: string) => line.trim().replaceAll(/\d+/g, "0");
  const known = new Set(before.split("\n").map(plain));
  return now
    .split("\n")
    .filter((line) => !known.has(plain(line)))
    .join("\n");
}
