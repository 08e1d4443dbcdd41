/** `annex faults list|set|clear`: bad days on purpose. */
import type { FaultDescription } from "@annex/sandbox";
import type { Command } from "commander";
import { parseCount, parseSeconds } from "../../options.ts";
import {
  connect,
  findApp,
  findInstance,
  findMember,
  namesOf,
  type RunningCloud,
} from "../../running-cloud.ts";
import { type RemoteOptions, remote } from "./command.ts";
import { fromPairs, parsePair } from "./pair.ts";
import { report, rowsOf, table, text } from "./print.ts";

type SetOptions = RemoteOptions & {
  app?: string;
  instance?: string;
  installation?: string;
  for?: number;
  times?: number;
};

export function addFaultCommands(program: Command): void {
  const faults = program.command("faults").description("bad days on purpose: list, set or clear faults");
  remote(faults, "list", "list the faults that are set", { isDefault: true })
    .option("--all", "list every fault there is, with what it takes and does")
    // The command that is meant when none is named gets every name that is none.
    .allowExcessArguments()
    .action((options, { args: [unknown] }: Command) => {
      if (unknown === undefined) return list(options);
      return faults.error(`error: unknown command '${unknown}'. There are list, set and clear`);
    });
  remote(faults, "set <fault> [values...]", "set a fault; its values are NAME=VALUE")
    .option("--app <app>", "for one app only")
    .option("--instance <instance>", "for one instance only")
    .option("--installation <id>", "for one installation only")
    .option("--for <seconds>", "it is over after so many seconds", parseSeconds)
    .option("--times <count>", "it is over when it struck so often", parseCount)
    .addHelpText("after", "\nWhich there are, with their values: annex faults list --all")
    .action(set);
  remote(faults, "clear [id]", "clear one fault, or all").action(clear);
}

async function list(options: RemoteOptions & { all?: true }): Promise<void> {
  if (options.all === true) {
    const { describeFaults } = await import("@annex/sandbox");
    const all = describeFaults();
    console.log(options.json === true ? JSON.stringify({ data: all }, null, 2) : catalogue(all));
    return;
  }
  const cloud = connect(options);
  const names = namesOf(cloud);
  const answer = await cloud.call("GET", "/admin/faults");
  report(answer, options, (body) =>
    table(
      ["ID", "FAULT", "ON", "STRUCK", "FOR", "UNTIL", "VALUES"],
      rowsOf(body).map((row) => [
        row["fault_id"],
        row["fault"],
        row["on"] === true ? "yes" : "over",
        row["times"] === null ? row["struck"] : `${text(row["struck"])} of ${text(row["times"])}`,
        names(row["installed_app_id"] ?? row["app_id"] ?? row["instance_id"] ?? "everything"),
        row["ends_at"],
        row["values"],
      ]),
      "No fault is set. See what there is: annex faults list --all.",
    ),
  );
}

async function set(fault: string, given: readonly string[], options: SetOptions): Promise<void> {
  const cloud = connect(options);
  const scope = {
    ...(options.app === undefined ? {} : { app_id: findApp(cloud, options.app) }),
    ...(options.instance === undefined ? {} : { instance_id: findInstance(cloud, options.instance) }),
    ...(options.installation === undefined ? {} : { installed_app_id: options.installation }),
    ...(options.for === undefined ? {} : { for_seconds: options.for }),
    ...(options.times === undefined ? {} : { times: options.times }),
  };
  // An option and a value of its name would be two words on one thing, as would another fault.
  const values = given.map((pair) => readValue(cloud, pair));
  const body = fromPairs([["fault", fault], ...Object.entries(scope), ...values]);
  const answer = await cloud.call("POST", "/admin/faults", body);
  report(answer, options, (body) => `Set: ${text(body["fault"])} (${text(body["fault_id"])})`);
}

async function clear(id: string | undefined, options: RemoteOptions): Promise<void> {
  const path = id === undefined ? "/admin/faults" : `/admin/faults/${encodeURIComponent(id)}`;
  const answer = await connect(options).call("DELETE", path);
  report(answer, options, (body) => `Cleared: ${text(body["cleared"])}`);
}

/** A member may be given by id, e-mail or role. */
function readValue(cloud: RunningCloud, pair: string): readonly [string, unknown] {
  const [name, value] = parsePair(pair, "seconds=12");
  return [name, name === "user_id" ? findMember(cloud, String(value)) : value];
}

/** Every fault: its name with its values, and what happens. */
function catalogue(faults: readonly FaultDescription[]): string {
  return faults
    .map(({ fault, values, what_happens }) => {
      const named = values.map(({ name, required }) => (required ? `${name}=…` : `[${name}=…]`));
      return `  ${[fault, ...named].join(" ")}\n      ${what_happens}`;
    })
    .join("\n");
}
