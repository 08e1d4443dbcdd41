/**
 * How often the letters stand in texts. Some share a count, which makes texts look no further apart than they are, and
 * a few numbers are compared in far less time than the texts.
 */

const kinds = 32;
/** A count takes a byte; beyond it, it stays. */
const mostCounted = 255;

/** The counts of many texts. */
export interface LetterCounts {
  /** Tells of places whether the text there may be so many edits from this one. */
  within(text: string, edits: number): (place: number) => boolean;
}

/** Counts the letters of texts. */
export function createLetterCounts(texts: readonly string[]): LetterCounts {
  const counts = new Uint8Array(texts.length * kinds);
  for (const [place, text] of texts.entries()) count(text, counts, place * kinds);
  return {
    within(text, edits) {
      const sought = new Uint8Array(kinds);
      count(text, sought, 0);
      return (place) => {
        const start = place * kinds;
        let [more, less] = [0, 0];
        for (let kind = 0; kind < kinds; kind += 1) {
          const difference = (counts[start + kind] ?? 0) - (sought[kind] ?? 0);
          if (difference > 0) more += difference;
          else less -= difference;
        }
        return more <= edits && less <= edits;
      };
    },
  };
}

/** The second half of a letter of two units is none of its own. */
function count(text: string, counts: Uint8Array, start: number): void {
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    if (unit >= 0xdc00 && unit <= 0xdfff) continue;
    const kind = start + (unit % kinds);
    const counted = counts[kind] ?? 0;
    if (counted < mostCounted) counts[kind] = counted + 1;
  }
}
