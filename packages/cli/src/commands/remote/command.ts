/** What every command against a running Cloud takes: which Cloud, and whether a program reads the answer. */
import type { Command } from "commander";
import { defaultDataDirectory } from "../../options.ts";

export type RemoteOptions = { data: string; runFile?: string; json?: true };

/** Adds a command with `--data`, `--run-file` and `--json`. */
export function remote(
  parent: Command,
  name: string,
  description: string,
  options: { readonly isDefault?: boolean } = {},
): Command {
  return parent
    .command(name, options)
    .description(description)
    .option("--data <directory>", "data directory of the running Cloud", defaultDataDirectory)
    .option("--run-file <file>", "its run file instead")
    .option("--json", "print JSON");
}
