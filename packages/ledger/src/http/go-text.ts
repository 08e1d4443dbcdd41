/** Text as Core's standard library sees it, where JavaScript's own functions differ. */

const spaces = "[\\t-\\r \\u0085\\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]";
const outerSpaces = new RegExp(`^${spaces}+|${spaces}+$`, "g");

/** Without the white space around it; a byte order mark is none. */
export function trimmed(text: string): string {
  return text.replace(outerSpaces, "");
}

/** In upper case, each character by itself: the ligature `ﬁ` stays, for it would become two. */
export function upperCased(text: string): string {
  return Array.from(text, (character) => {
    const upper = character.toUpperCase();
    return upper.length === character.length ? upper : character;
  }).join("");
}
