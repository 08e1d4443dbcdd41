/** `annex cloud`: the local Cloud alone, no app. */
import { resolve } from "node:path";
import { startSandbox } from "@annex/sandbox";
import type { Command } from "commander";
import { defaultDataDirectory, parsePort } from "../options.ts";
import { untilStopped } from "../until-stopped.ts";
import { addCoreOptions, type CoreOptions, coreFrom } from "./core-options.ts";

type CloudOptions = CoreOptions & { port: number; data: string; fresh?: true };

export function addCloudCommand(program: Command): void {
  const command = program
    .command("cloud")
    .description("start the local Cloud alone, no app")
    .option("--port <number>", "where it listens; 0 takes a free port", parsePort, 4400)
    .option("--data <directory>", "where its state is kept", defaultDataDirectory)
    .option("--fresh", "forget the state first");
  addCoreOptions(command).action(runCloud);
}

async function runCloud(options: CloudOptions): Promise<void> {
  const core = coreFrom(options);
  const sandbox = await startSandbox({
    port: options.port,
    dataDirectory: resolve(options.data),
    fresh: options.fresh === true,
    ...(core === undefined ? {} : { core }),
  });
  console.log(`ready ${sandbox.url}`);
  await untilStopped(() => sandbox.close());
}
