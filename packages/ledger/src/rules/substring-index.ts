/** Which of many texts may hold a text, or be held by it: they are found by three letters. */
import { listed } from "./listed.ts";

const letters = 3;

function* triples(text: string): Generator<string> {
  for (let start = 0; start + letters <= text.length; start += 1) yield text.slice(start, start + letters);
}

/**
 * The places of texts one of which may be within the other: a longer one has all triples of the text, a shorter one
 * stands in it whole. The answer is undefined where it could be any.
 */
export function bySubstring(texts: readonly string[]): (sought: string) => readonly number[] | undefined {
  const having = new Map<string, number[]>();
  const whole = wholeTexts();
  const short: number[] = [];
  for (const [place, text] of texts.entries()) {
    if (text.length < letters) short.push(place);
    else whole.add(text, place);
    for (const triple of new Set(triples(text))) listed(having, triple, place);
  }
  return (sought) => {
    if (sought.length < letters) return undefined;
    const longer = Array.from(triples(sought), (triple) => having.get(triple) ?? []);
    const rarest = longer.reduce((few, list) => (list.length < few.length ? list : few));
    return [...new Set([...rarest, ...short, ...whole.within(sought)])];
  };
}

/** Texts that are looked up by a longer one: only in lengths that a text beginning with the same letters has. */
function wholeTexts() {
  const places = new Map<string, number>();
  const lengths = new Map<string, Set<number>>();
  return {
    add(text: string, place: number): void {
      places.set(text, place);
      const beginning = text.slice(0, letters);
      lengths.set(beginning, (lengths.get(beginning) ?? new Set()).add(text.length));
    },
    *within(text: string): Generator<number> {
      for (let start = 0; start + letters <= text.length; start += 1) {
        for (const length of lengths.get(text.slice(start, start + letters)) ?? []) {
          if (start + length > text.length) continue;
          const found = places.get(text.slice(start, start + length));
          if (found !== undefined) yield found;
        }
      }
    },
  };
}
