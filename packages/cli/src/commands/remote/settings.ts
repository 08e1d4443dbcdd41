/** `annex settings` and `annex clock`: how a running Cloud behaves towards every app, and what time it is there. */
import type { Command } from "commander";
import { parseSeconds } from "../../options.ts";
import { connect } from "../../running-cloud.ts";
import { type RemoteOptions, remote } from "./command.ts";
import { fromPairs, parsePair } from "./pair.ts";
import { report, table, text } from "./print.ts";

export function addSettingsCommands(program: Command): void {
  remote(program, "settings [values...]", "print the settings, or change those given as NAME=VALUE")
    .addHelpText(
      "after",
      "\nedition=later leaves out organization_id and user_id, as the later payloads do; edition=guide is as before",
    )
    .action(settings);
  remote(
    program,
    "clock",
    "put the Cloud's clock ahead by so many seconds: what waits for a time comes due. It never goes back",
  )
    .argument("<seconds>", "86400 is a day", parseSeconds)
    .action(advance);
}

async function settings(given: readonly string[], options: RemoteOptions): Promise<void> {
  const changes = fromPairs(given.map((pair) => parsePair(pair, "edition=later")));
  const cloud = connect(options);
  const answer =
    given.length === 0
      ? await cloud.call("GET", "/admin/settings")
      : await cloud.call("PATCH", "/admin/settings", changes);
  report(answer, options, (body) => table(["SETTING", "VALUE"], Object.entries(body), ""));
}

async function advance(seconds: number, options: RemoteOptions): Promise<void> {
  const body = { advance_seconds: seconds };
  const answer = await connect(options).call("POST", "/admin/clock", body);
  report(answer, options, ({ now }) => `The Cloud's clock shows ${text(now)}.`);
}
