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
    "print what the Cloud's clock shows, or put it ahead: what waits for a time comes due. It never goes back",
  )
    .argument("[seconds]", "how far to put it ahead; 86400 is a day", parseSeconds)
    .action(clock);
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

async function clock(seconds: number | undefined, options: RemoteOptions): Promise<void> {
  const cloud = connect(options);
  const answer =
    seconds === undefined
      ? await cloud.call("GET", "/admin/clock")
      : await cloud.call("POST", "/admin/clock", { advance_seconds: seconds });
  report(answer, options, ({ now, ahead_seconds: ahead }) =>
    ahead === 0
      ? `The Cloud's clock shows ${text(now)}, as this machine's does.`
      : `The Cloud's clock shows ${text(now)}, ${text(ahead)} seconds ahead of this machine's.`,
  );
}
