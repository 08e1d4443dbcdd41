/** The command in the test's own process: for the many whose start is none of the test's business. */
import { vi } from "vitest";
import { CommandError } from "../failures/index.ts";
import { createProgram } from "../program.ts";

/** What a command printed, and the two lines of its failure. */
export type RanHere = { readonly output: string; readonly failure: readonly string[] };

/** Runs a command to its end. Throws what is no failure that a person can mend. */
export async function runHere(args: readonly string[]): Promise<RanHere> {
  const printed: string[] = [];
  const log = vi.spyOn(console, "log").mockImplementation((text) => void printed.push(`${String(text)}\n`));
  try {
    await createProgram().parseAsync(args, { from: "user" });
    return { output: printed.join(""), failure: [] };
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    return { output: printed.join(""), failure: [error.message, error.next] };
  } finally {
    log.mockRestore();
    process.exitCode = 0;
  }
}
