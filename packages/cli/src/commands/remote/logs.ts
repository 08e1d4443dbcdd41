/** `annex logs`: the logs of apps, and with `--follow` what happens from now on, in the Cloud too. */
import { existsSync, readFileSync } from "node:fs";
import type { Command } from "commander";
import { connect, findApp, type RunningCloud } from "../../running-cloud.ts";
import { untilStopped } from "../../until-stopped.ts";
import { type RemoteOptions, remote } from "./command.ts";
import { type CloudEvent, cloudEvents } from "./events.ts";
import { followFile } from "./follow-file.ts";
import { listText, text } from "./print.ts";

type LogOptions = RemoteOptions & { follow?: true };
type LoggedApp = { readonly app_id: string; readonly name: string; readonly log: string };

export function addLogCommand(program: Command): void {
  remote(program, "logs [app]", "print the log of an app, or of all")
    .option("-f, --follow", "go on with what happens: the apps' logs, every call and every delivery")
    .action(run);
}

async function run(app: string | undefined, options: LogOptions): Promise<void> {
  const cloud = connect(options);
  const wanted = app === undefined ? undefined : findApp(cloud, app);
  const apps = loggedApps(cloud, wanted).map((logged) => ({ ...logged, place: printSoFar(logged, options) }));
  if (options.follow === true) await follow(cloud, apps, wanted, options);
}

/** Prints what a log holds; gives the place, in bytes, behind what was printed, from which on it is followed. */
function printSoFar({ name, log }: LoggedApp, options: LogOptions): number {
  const bytes = existsSync(log) ? readFileSync(log) : Buffer.alloc(0);
  // A line that is just being written is left to whoever follows.
  const end = options.follow === true ? bytes.lastIndexOf("\n") + 1 : bytes.length;
  const lines = bytes.toString("utf8", 0, end).trimEnd();
  if (lines !== "") for (const line of lines.split("\n")) printLine(name, line, options);
  return end;
}

function loggedApps({ runFile }: RunningCloud, wanted: string | undefined): readonly LoggedApp[] {
  return runFile.apps.flatMap(({ app_id, name, log }) =>
    log === undefined || app_id !== (wanted ?? app_id) ? [] : [{ app_id, name, log }],
  );
}

async function follow(
  cloud: RunningCloud,
  apps: readonly (LoggedApp & { readonly place: number })[],
  wanted: string | undefined,
  options: LogOptions,
): Promise<void> {
  const ends = apps.map(({ name, log, place }) =>
    followFile(log, place, (line) => printLine(name, line, options)),
  );
  const stop = new AbortController();
  const told = (async () => {
    for await (const event of cloudEvents(cloud, stop.signal)) {
      if (wanted === undefined || appOf(event) === wanted)
        printLine("Cloud", options.json === true ? JSON.stringify(event.data) : eventLine(event), options);
    }
    // The Cloud has ended, and with it what there was to follow.
    process.exit(0);
  })();
  const stopped = untilStopped({
    close: async () => {
      stop.abort();
      for (const end of ends) end();
    },
  });
  // A Cloud that was killed is told of as whatever else goes wrong.
  await Promise.race([
    stopped,
    told.catch((error: unknown) => (stop.signal.aborted ? stopped : Promise.reject(error))),
  ]);
}

/** The app that a delivery went to, or that made a call. */
function appOf({ data }: CloudEvent): unknown {
  const { actor, app_id } = data as { actor?: { readonly app_id?: string }; app_id?: string };
  return app_id ?? actor?.app_id;
}

function eventLine({ kind, data }: CloudEvent): string {
  const struck = listText(data["faults"]);
  const faults = struck === "" ? "" : `  faults ${struck}`;
  const outcome = text(data["status"] ?? data["error"]);
  const what =
    kind === "delivery" ? `sent ${text(data["kind"])}` : `${text(data["method"])} ${text(data["path"])}`;
  return `${what}  ${outcome}  ${text(data["duration_ms"])} ms${faults}`;
}

function printLine(name: string, line: string, options: LogOptions): void {
  console.log(options.json === true ? line : `[${name}] ${line}`);
}
