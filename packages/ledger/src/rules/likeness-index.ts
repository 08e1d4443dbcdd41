/**
 * Which of many texts may be so many edits from a text. They are found by pairs of letters: one edit spoils two pairs at
 * most, so of all pairs of the text, and of any choice of them, the others have all but twice as many as there are edits.
 * Of those found, the letters are counted: an edit changes two counts at most, one up and one down.
 */
import { createLetterCounts } from "./letter-counts.ts";
import { listed } from "./listed.ts";
import { allowedEdits, type Lowered } from "./matching.ts";

const letters = 2;

/** To look at a text itself takes as long as so many entries of lists. */
const entriesPerText = 12;

type Places = Uint32Array;
const none = new Uint32Array();

/**
 * The places of texts that may be as alike as the drift (percent of the longer text's bytes) allows. The answer is
 * undefined where it could be any.
 */
export function byLikeness(
  texts: readonly Lowered[],
  drift: number,
): (sought: Lowered) => readonly number[] | undefined {
  const having = placesOfPairs(texts);
  const lengths = [...new Set(texts.map(({ bytes }) => bytes))];
  const areAscii = texts.every(isAscii);
  const counts = createLetterCounts(texts.map(({ text }) => text));
  const shared = new Uint32Array(texts.length);
  return (sought) => {
    const lists = [...pairsOf(sought.text)].map((pair) => having.get(pair) ?? none);
    const spread = areAscii && isAscii(sought) ? 1 : mostBytesOfLetter;
    const edits = mostEdits(sought.bytes, lengths, drift, spread);
    const spoilt = letters * edits;
    if (lists.length <= spoilt) return undefined;
    const isNear = counts.within(sought.text, edits);
    return inMost(lists, spoilt, shared).filter(isNear);
  };
}

function placesOfPairs(texts: readonly Lowered[]): ReadonlyMap<string, Places> {
  const lists = new Map<string, number[]>();
  for (const [place, { text }] of texts.entries())
    for (const pair of pairsOf(text)) listed(lists, pair, place);
  return new Map(Array.from(lists, ([pair, places]) => [pair, Uint32Array.from(places)]));
}

/** A letter beyond two bytes of UTF-16 counts as one, whichever it is. */
function pairsOf(text: string): Set<string> {
  const flat = text.replace(/[\uD800-\uDBFF][\uDC00-\uDFFF]/g, "\uD800");
  const pairs = new Set<string>();
  for (let start = 0; start + letters <= flat.length; start += 1)
    pairs.add(flat.slice(start, start + letters));
  return pairs;
}

const mostBytesOfLetter = 4;

function isAscii({ text, bytes }: Lowered): boolean {
  return text.length === bytes;
}

/** The most edits that the drift allows to any text of these lengths; an edit changes the length by so many bytes at most. */
function mostEdits(bytes: number, lengths: readonly number[], drift: number, spread: number): number {
  let most = 0;
  for (const other of lengths) {
    const edits = allowedEdits(Math.max(bytes, other), drift);
    if (edits > most && Math.abs(bytes - other) <= edits * spread) most = edits;
  }
  return most;
}

/**
 * The places that stand in all but so many of the lists, or of some of them: of the shortest ones, and of no more than
 * it takes until those places are fewer than it is worth to read the next list for. `counts` is all zeros before and
 * after.
 */
function inMost(lists: readonly Places[], but: number, counts: Uint32Array): readonly number[] {
  const sorted = lists.toSorted((first, second) => first.length - second.length);
  /** How many places stand in so many of the lists that are read, or in more. */
  const having = new Uint32Array(lists.length + 1);
  let read = 0;
  for (const list of sorted) {
    if (read > but && (having[read - but] ?? 0) * entriesPerText <= list.length) break;
    for (const place of list) {
      const count = (counts[place] ?? 0) + 1;
      counts[place] = count;
      having[count] = (having[count] ?? 0) + 1;
    }
    read += 1;
  }
  return takeCounted(sorted.slice(0, read), read - but, counts);
}

/** The places that were counted so often; their counts are zeros again. */
function takeCounted(lists: readonly Places[], enough: number, counts: Uint32Array): readonly number[] {
  const found: number[] = [];
  for (const list of lists) {
    for (const place of list) {
      if ((counts[place] ?? 0) >= enough) found.push(place);
      counts[place] = 0;
    }
  }
  return found;
}
