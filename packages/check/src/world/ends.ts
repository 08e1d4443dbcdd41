/** The beginning and the end of what somebody writes without one: the rest is counted and let go. */

type Ends = {
  add(part: string): void;
  text(): string;
  /** Whether something in the middle was let go. */
  isCut(): boolean;
};

/** Stands where something was let go, so that nothing is read across it. */
const gap = "\n…\n";

/**
 * Keeps about so many characters, half of them of the beginning.
 *
 * @example
 * ```ts
 * const output = openEnds(16 * 1024 ** 2);
 * process.stdout.on("data", (part) => output.add(String(part)));
 * ```
 */
export function openEnds(most: number): Ends {
  const half = most / 2;
  let first = "";
  const last: string[] = [];
  let length = 0;
  let isCut = false;
  return {
    add: (part) => {
      const room = Math.max(0, half - first.length);
      first += part.slice(0, room);
      const rest = part.slice(room);
      if (rest === "") return;
      isCut ||= rest.length > half;
      last.push(rest.slice(-half));
      length += Math.min(rest.length, half);
      for (let [oldest = ""] = last; length - oldest.length >= half; [oldest = ""] = last) {
        last.shift();
        length -= oldest.length;
        isCut = true;
      }
    },
    text: () => `${first}${isCut ? gap : ""}${last.join("")}`,
    isCut: () => isCut,
  };
}
