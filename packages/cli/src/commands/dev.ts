/** `annex dev`: the local Cloud and the apps of a workspace, or the app in the current folder. */
import { rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { startSandbox } from "@annex/sandbox";
import type { Command } from "commander";
import { startWorkspaceApp, type WorkspaceApp } from "../apps/workspace-app.ts";
import { loadApps } from "../config.ts";
import { defaultDataDirectory, parsePort } from "../options.ts";
import { untilStopped } from "../until-stopped.ts";
import { addCoreOptions, type CoreOptions, coreFrom } from "./core-options.ts";
import { printWelcome } from "./welcome.ts";

type DevOptions = CoreOptions & { port: number; data: string; fresh?: true; config?: string };

export function addDevCommand(program: Command): void {
  const command = program
    .command("dev")
    .description("start the local Cloud and the apps of the workspace")
    .option("--port <number>", "where the Cloud listens; 0 takes free ports", parsePort, 4400)
    .option("--data <directory>", "where all state is kept", defaultDataDirectory)
    .option("--fresh", "forget all state first")
    .option("--config <file>", "the workspace's apps (default: annex.config.ts, else the current folder)");
  addCoreOptions(command).action(runDev);
}

async function runDev(options: DevOptions): Promise<void> {
  const core = coreFrom(options);
  const apps = await loadApps(options.config);
  const dataDirectory = resolve(options.data);
  const sandbox = await startSandbox({
    port: options.port,
    dataDirectory,
    fresh: options.fresh === true,
    ...(core === undefined ? {} : { core }),
  });
  // After the Cloud has taken the directory: then no other one, and no app of another one, uses it.
  if (options.fresh === true) rmSync(join(dataDirectory, "apps"), { recursive: true, force: true });
  const running: WorkspaceApp[] = [];
  const close = async () => {
    await Promise.all(running.map((app) => app.stop()));
    await sandbox.close();
  };
  try {
    for (const [index, app] of apps.entries()) {
      const port = options.port === 0 ? 0 : options.port + 1 + index;
      running.push(await startWorkspaceApp({ app, port, dataDirectory, sandbox }));
    }
  } catch (error) {
    await close();
    throw error;
  }
  printWelcome(sandbox, running);
  console.log(`ready ${sandbox.url}`);
  await untilStopped(close);
}
