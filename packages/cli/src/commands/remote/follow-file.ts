/** What is added to a log file, line by line. */
import { closeSync, openSync, readSync, statSync } from "node:fs";

const lookMilliseconds = 250;

/**
 * Gives every line that is added behind a place; looks four times a second, which works on every file system.
 * A file that is cut off or made anew is read from its beginning.
 *
 * @returns ends it.
 */
export function followFile(path: string, from: number, onLine: (line: string) => void): () => void {
  let place = from;
  let rest = "";
  const look = () => {
    const added = readBehind(path, place);
    place = added.place;
    const lines = (rest + added.text).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) onLine(line);
  };
  const timer = setInterval(look, lookMilliseconds);
  return () => clearInterval(timer);
}

function readBehind(path: string, place: number): { readonly text: string; readonly place: number } {
  const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  const start = size < place ? 0 : place;
  if (size === start) return { text: "", place: start };
  const bytes = Buffer.alloc(size - start);
  const file = openSync(path, "r");
  try {
    const read = readSync(file, bytes, 0, bytes.length, start);
    return { text: bytes.toString("utf8", 0, read), place: start + read };
  } finally {
    closeSync(file);
  }
}
