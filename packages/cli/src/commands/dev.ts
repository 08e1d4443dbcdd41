/** `annex dev`: the apps of a workspace, or the app in the current folder, beside a local Cloud or for the real one. */
import { rmSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import type { Command } from "commander";
import { type ConfiguredApp, loadApps } from "../apps/config.ts";
import { type DevCloud, joinedCloud, ownCloud, realCloud } from "../apps/dev-cloud.ts";
import { findTunnelProgram, openTunnel } from "../apps/tunnel.ts";
import { startWorkspaceApp, type WorkspaceApp } from "../apps/workspace-app.ts";
import { CommandError } from "../failures/index.ts";
import { connect, type RunningCloud } from "../running-cloud.ts";
import { goOnUnread } from "../unread.ts";
import { untilStopped } from "../until-stopped.ts";
import { addCloudOptions, type CloudOptions, sandboxOptions } from "./cloud-options.ts";
import { printForm } from "./form.ts";
import { printJoined, printWelcome } from "./welcome.ts";

type DevOptions = CloudOptions & {
  config?: string;
  join?: string;
  watch: boolean;
  sample?: true;
  tunnel?: true;
};

/** Where apps are started, and how they are reached there. */
type Place = {
  readonly cloud: DevCloud;
  readonly port: number;
  readonly reachAt?: NonNullable<Parameters<typeof startWorkspaceApp>[0]["reachAt"]>;
};

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
    .option("--sample", "fill a new ledger with a small business: three months of it, in four currencies")
    .option(
      "--tunnel",
      "start the apps alone for the real Cloud, each reached through a tunnel (cloudflared, ngrok, …)",
    )
    .action(runDev);
}

async function runDev(options: DevOptions): Promise<void> {
  goOnUnread();
  refuseTogether(options);
  const apps = await loadApps(options.config);
  const opened: Closing = [];
  const close = async () => {
    for (const end of opened.toReversed()) await end();
  };
  try {
    const announce = await start(options, apps, opened);
    await untilStopped({ announce, close });
  } catch (error) {
    await close();
    throw error;
  }
}

/** A tunnel is for the real Cloud, which no other option here is about. */
function refuseTogether({ tunnel, join: joined, sample }: DevOptions): void {
  const other = joined === undefined ? (sample && "--sample") || undefined : "--join";
  if (tunnel === undefined || other === undefined) return;
  throw new CommandError(
    `--tunnel is for the real Cloud, and ${other} for a local one.`,
    "Give one of the two.",
  );
}

function start(options: DevOptions, apps: readonly ConfiguredApp[], opened: Closing): Promise<Announce> {
  if (options.tunnel === true) return devThroughTunnel(options, apps, opened);
  if (options.join !== undefined) return devJoined(options, options.join, apps, opened);
  return devWithCloud(options, apps, opened);
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
  if (options.sample === true) await addSample(connect({ data: options.data }));
  const running = await startApps(options, apps, { cloud: ownCloud(sandbox), port: options.port }, opened);
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
  const running = connect({ data: options.data, runFile });
  if (options.sample === true) await addSample(running);
  // The port after the Cloud's own is another app's already.
  const started = await startApps(options, apps, { cloud: joinedCloud(running), port: 0 }, opened);
  return () => {
    printJoined(running.runFile.cloud.url, started);
    console.log(`ready ${started.map((app) => app.url).join(" ")}`);
  };
}

async function devThroughTunnel(
  options: DevOptions,
  apps: readonly ConfiguredApp[],
  opened: Closing,
): Promise<Announce> {
  const program = findTunnelProgram();
  const reachAt = (port: number) => openTunnel(program, port, sayTunnelEnded);
  const place = { cloud: realCloud(printForm), port: options.port, reachAt };
  const running = await startApps(options, apps, place, opened);
  return () => {
    console.log("\nType this into the registration form of Blnk Cloud. The addresses end with the tunnel.\n");
    console.log(`ready ${running.map((app) => app.url).join(" ")}`);
  };
}

function sayTunnelEnded(program: string): void {
  console.error(
    `The tunnel of ${program} ended: Cloud reaches the app no more.\nStop this with Ctrl-C, start it again, and register the new address.`,
  );
}

async function addSample(cloud: RunningCloud): Promise<void> {
  const { fillWithSample } = await import("../sample/index.ts");
  const posted = await fillWithSample(cloud, new Date());
  console.log(
    posted === undefined
      ? "The ledger has transactions already: the sample is for a new one (--fresh begins anew)."
      : `The ledger has a sample business: ${posted} transactions of the last three months.`,
  );
}

async function startApps(
  options: DevOptions,
  apps: readonly ConfiguredApp[],
  { cloud, port, reachAt }: Place,
  opened: Closing,
): Promise<readonly WorkspaceApp[]> {
  const running: WorkspaceApp[] = [];
  opened.push(() => Promise.all(running.map((app) => app.stop())));
  const homes = join(resolve(options.data), "apps");
  for (const [index, app] of apps.entries()) {
    const home = join(homes, homeName(apps, index));
    const place = { home, cloud, port: port === 0 ? 0 : port + 1 + index };
    const reached = reachAt === undefined ? {} : { reachAt };
    running.push(await startWorkspaceApp({ app, ...place, ...reached, watch: options.watch }));
  }
  return running;
}

/** By the app's folder; a second folder of the same name gets a number. */
function homeName(apps: readonly ConfiguredApp[], index: number): string {
  const name = basename(apps[index]?.directory ?? "");
  const before = apps.slice(0, index).filter((app) => basename(app.directory) === name).length;
  return before === 0 ? name : `${name}-${before + 1}`;
}
