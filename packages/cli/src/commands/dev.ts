/** `annex dev`: the apps of a workspace, or the app in the current folder, beside a local Cloud. */
import { rmSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import type { Command } from "commander";
import { type ConfiguredApp, loadApps } from "../apps/config.ts";
import { type DevCloud, joinedCloud, ownCloud } from "../apps/dev-cloud.ts";
import { startWorkspaceApp, type WorkspaceApp } from "../apps/workspace-app.ts";
import { connect } from "../running-cloud.ts";
import { untilStopped } from "../until-stopped.ts";
import { addCloudOptions, type CloudOptions, sandboxOptions } from "./cloud-options.ts";
import { printJoined, printWelcome } from "./welcome.ts";

type DevOptions = CloudOptions & { config?: string; join?: string; watch: boolean };

/** Closes what is open, last opened first. */
type Closing = (() => Promise<unknown>)[];

/** Prints where to look, and that it is ready. */
type Announce = () => void;

export function addDevCommand(program: Command): void {
  const command = program
    .command("dev")
    .description("start the local Cloud, and the app here or those of the workspace");
  addCloudOptions(command)
    .option("--config <file>", "the workspace's apps (default: annex.config.ts, else the current folder)")
    .option(
      "--join <run-file>",
      "start the apps alone, and register them with the Cloud that wrote this run file",
    )
    .option("--no-watch", "leave an app alone when its sources change")
    .action(runDev);
}

async function runDev(options: DevOptions): Promise<void> {
  const apps = await loadApps(options.config);
  const opened: Closing = [];
  const close = async () => {
    for (const end of opened.toReversed()) await end();
  };
  try {
    const announce =
      options.join === undefined
        ? await devWithCloud(options, apps, opened)
        : await devJoined(options, options.join, apps, opened);
    await untilStopped({ announce, close });
  } catch (error) {
    await close();
    throw error;
  }
}

async function devWithCloud(
  options: DevOptions,
  apps: readonly ConfiguredApp[],
  opened: Closing,
): Promise<Announce> {
  const { dataDirectory, ...cloud } = sandboxOptions(options);
  const { startSandbox } = await import("@annex/sandbox");
  const sandbox = await startSandbox({ dataDirectory, ...cloud });
  opened.push(() => sandbox.close());
  // After the Cloud has taken the directory: then no other one, and no app of another one, uses it.
  if (options.fresh === true) rmSync(join(dataDirectory, "apps"), { recursive: true, force: true });
  const running = await startApps(options, apps, ownCloud(sandbox), opened);
  return () => {
    printWelcome(sandbox, running);
    console.log(`ready ${sandbox.url}`);
  };
}

async function devJoined(
  options: DevOptions,
  runFile: string,
  apps: readonly ConfiguredApp[],
  opened: Closing,
): Promise<Announce> {
  const cloud = joinedCloud(connect({ data: options.data, runFile }));
  // The port after the Cloud's own is another app's already.
  const running = await startApps({ ...options, port: 0 }, apps, cloud, opened);
  return () => {
    printJoined(cloud.url, running);
    console.log(`ready ${running.map((app) => app.url).join(" ")}`);
  };
}

async function startApps(
  options: DevOptions,
  apps: readonly ConfiguredApp[],
  cloud: DevCloud,
  opened: Closing,
): Promise<readonly WorkspaceApp[]> {
  const running: WorkspaceApp[] = [];
  opened.push(() => Promise.all(running.map((app) => app.stop())));
  const homes = join(resolve(options.data), "apps");
  for (const [index, app] of apps.entries()) {
    const port = options.port === 0 ? 0 : options.port + 1 + index;
    const home = join(homes, homeName(apps, index));
    running.push(await startWorkspaceApp({ app, port, home, cloud, watch: options.watch }));
  }
  return running;
}

/** By the app's folder; a second folder of the same name gets a number. */
function homeName(apps: readonly ConfiguredApp[], index: number): string {
  const name = basename(apps[index]?.directory ?? "");
  const before = apps.slice(0, index).filter((app) => basename(app.directory) === name).length;
  return before === 0 ? name : `${name}-${before + 1}`;
}
