/** What processes were started with, as Linux tells to whoever asks. */
import { readFileSync } from "node:fs";

/**
 * The command line of each of these processes that still runs.
 *
 * @example
 * ```ts
 * commandLinesOf([process.pid]); // ["node check.ts"]
 * ```
 */
export function commandLinesOf(processes: readonly number[]): readonly string[] {
  return processes.flatMap((id) => {
    try {
      return [readFileSync(`/proc/${id}/cmdline`, "latin1").replaceAll("\0", " ").trim()];
    } catch {
      // It has ended meanwhile.
      return [];
    }
  });
}
