/** `annex dev`: the local Cloud and the apps of a workspace, or the app in the current folder. */
import { rmSync } from "node:fs";
import { join } from "node:path";
import { startSandbox } from "@annex/sandbox";
import type { Command } from "commander";
import { startWorkspaceApp, type WorkspaceApp } from "../apps/workspace-app.ts";
import { loadApps } from "../config.ts";
import { untilStopped } from "../until-stopped.ts";
import { addCloudOptions, type CloudOptions, sandboxOptions } from "./cloud-options.ts";
import { printWelcome } from "./welcome.ts";

type DevOptions = CloudOptions & { config?: string };

export function addDevCommand(program: Command): void {
  const command = program.command("dev").description("start the local Cloud and the apps of the workspace");
  addCloudOptions(command)
    .option("--config <file>", "the workspace's apps (default: annex.config.ts, else the current folder)")
    .action(runDev);
}

async function runDev(options: DevOptions): Promise<void> {
  const cloud = sandboxOptions(options);
  const { dataDirectory } = cloud;
  const apps = await loadApps(options.config);
  const sandbox = await startSandbox(cloud);
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
