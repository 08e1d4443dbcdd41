/** Text as Core's standard library sees it, where JavaScript's own functions differ. */

const spaces = new Set(
  "\t\n\v\f\r \u0085\u00A0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200A\u2028\u2029\u202F\u205F\u3000",
);

/** Without the white space around it; a byte-order mark is none. */
export function trimmed(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && spaces.has(text.charAt(start))) start++;
  while (end > start && spaces.has(text.charAt(end - 1))) end--;
  return text.slice(start, end);
}

/** In upper case, each character by itself: the ligature `ﬁ` stays, for it would become two. */
export function upperCased(text: string): string {
  return Array.from(text, (character) => {
    const upper = character.toUpperCase();
    return upper.length === character.length ? upper : character;
  }).join("");
}
