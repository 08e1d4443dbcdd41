/** Reading pages without a browser: their words, and the values of their attributes. */

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
const stackTrace =
  /\bat \S+ \(.*:\d+:\d+\)|Traceback \(most recent call last\)|goroutine \d+ \[|\.(js|ts|py|go|rb|java):\d+\b/;

/**
 * Whether words could be a cause and a next step, in any language: more than a bare status or code, at
 * least two statements, and no stack trace. A judgement by structure; it can't tell good advice from bad.
 */
export function readsAsExplanation(text: string): { readonly ok: boolean; readonly why: string } {
  if (stackTrace.test(text)) return { ok: false, why: "it shows a stack trace" };
  const words = text.match(/\p{L}[\p{L}\p{M}'’-]*/gu) ?? [];
  const ideographs =
    text.match(/[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]/gu) ?? [];
  if (words.length < fewestWords && ideographs.length < 2 * fewestWords)
    return { ok: false, why: `it has ${words.length} words, too few for a cause and a next step` };
  return { ok: true, why: "it says what happened and goes on from there" };
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
