/** Options that put a real Core behind the local Cloud instead of the embedded ledger. */
import type { Command } from "commander";
import { CommandError } from "../failures/index.ts";
import { refuseNoServer } from "./server-address.ts";

export type CoreOptions = { core?: string; coreKey?: string; coreDatabase?: string };

/** Adds `--core`, `--core-key` and `--core-database`. */
export function addCoreOptions(command: Command): Command {
  return command
    .option("--core <url>", "a running Core to use as the first instance, instead of an embedded ledger")
    .option("--core-key <key>", "the key that Core asks for in X-Blnk-Key")
    .option("--core-database <url>", "that Core's PostgreSQL, read by the Data and Filters APIs");
}

/** The real Core to use, or `undefined`. Its address and its database only make sense together. */
export function coreFrom(
  options: CoreOptions,
): { url: string; key?: string; databaseUrl: string } | undefined {
  if (options.core === undefined && options.coreDatabase === undefined) return undefined;
  if (options.core === undefined || options.coreDatabase === undefined) {
    throw new CommandError(
      "A real Core needs both --core and --core-database.",
      "The Proxy talks to its address; the Data and Filters APIs read its database.",
    );
  }
  refuseNoServer("--core-database", options.coreDatabase);
  return {
    url: options.core,
    databaseUrl: options.coreDatabase,
    ...(options.coreKey === undefined ? {} : { key: options.coreKey }),
  };
}
