/** The command in the test's own process: for the many whose start is none of the test's business. */
import { vi } from "vitest";
import { CommandError } from "../failures/index.ts";
import { createProgram } from "../program.ts";

/** What a command printed, and the two lines of its failure. */
export type RanHere = { readonly output: string; readonly failure: readonly string[] };

/** Where it believes itself to be. */
type Place = { readonly directory?: string; readonly environment?: Readonly<Record<string, string>> };

/** Runs a command to its end. Throws what is no failure that a person can mend. */
export async function runHere(args: readonly string[], place: Place = {}): Promise<RanHere> {
  const printed: string[] = [];
  const cwd = vi.spyOn(process, "cwd").mockReturnValue(place.directory ?? process.cwd());
  for (const [name, value] of Object.entries(place.environment ?? {})) vi.stubEnv(name, value);
  const log = vi.spyOn(console, "log").mockImplementation((text) => void printed.push(`${String(text)}\n`));
  try {
    await createProgram().parseAsync(args, { from: "user" });
    return { output: printed.join(""), failure: [] };
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    return { output: printed.join(""), failure: [error.message, error.next] };
  } finally {
    log.mockRestore();
    cwd.mockRestore();
    vi.unstubAllEnvs();
    process.exitCode = 0;
  }
}
