/** `annex logs`: the logs of apps. */
import { existsSync, readFileSync } from "node:fs";
import type { Command } from "commander";
import { connect, findApp } from "../../running-cloud.ts";
import { type RemoteOptions, remote } from "./command.ts";

export function addLogCommand(program: Command): void {
  remote(program, "logs [app]", "print the log of an app, or of all").action(print);
}

function print(app: string | undefined, options: RemoteOptions): void {
  const cloud = connect(options);
  const wanted = app === undefined ? undefined : findApp(cloud, app);
  for (const { app_id, name, log } of cloud.runFile.apps) {
    if ((wanted !== undefined && wanted !== app_id) || log === undefined || !existsSync(log)) continue;
    const lines = readFileSync(log, "utf8").trimEnd().split("\n");
    for (const line of lines) console.log(options.json === true ? line : `[${name}] ${line}`);
  }
}
