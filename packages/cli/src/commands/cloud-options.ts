/** What every command that starts a local Cloud asks for. */
import { resolve } from "node:path";
import type { SandboxOptions } from "@annex/sandbox";
import type { Command } from "commander";
import { defaultDataDirectory, parsePort } from "../options.ts";
import { addCoreOptions, type CoreOptions, coreFrom } from "./core-options.ts";

export type CloudOptions = CoreOptions & { port: number; data: string; fresh?: true };

/** Adds `--port`, `--data`, `--fresh` and those of a real Core. */
export function addCloudOptions(command: Command): Command {
  return addCoreOptions(
    command
      .option("--port <number>", "where the Cloud listens; 0 takes a free port", parsePort, 4400)
      .option("--data <directory>", "where all state is kept", defaultDataDirectory)
      .option("--fresh", "forget all state first"),
  );
}

/** The Cloud to start. */
export function sandboxOptions(options: CloudOptions): SandboxOptions {
  const core = coreFrom(options);
  return {
    port: options.port,
    dataDirectory: resolve(options.data),
    fresh: options.fresh === true,
    ...(core === undefined ? {} : { core }),
  };
}
