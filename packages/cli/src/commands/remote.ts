/**
 * Commands against a running local Cloud: what a person does in the dashboard,
 * from a shell or a pipeline. Each takes `--json` for a program's eyes.
 */
import { existsSync, readFileSync } from "node:fs";
import type { Command } from "commander";
import { CommandError } from "../failures/index.ts";
import { defaultDataDirectory, parseCount } from "../options.ts";
import { type AdminAnswer, connect, findApp, findInstance, findMember } from "../running-cloud.ts";

type RemoteOptions = { data: string; json?: true };

export function addRemoteCommands(program: Command): void {
  remote(program, "install <app> <instance>", "install an app into an instance")
    .option("--grant <scopes>", "scopes to grant, parted by commas (default: all that the app asks for)")
    .action(runInstall);
  remote(program, "uninstall <installation>", "uninstall an installation").action(runUninstall);
  remote(program, "launch <installation>", "ask the app for a portal URL")
    .option("--as <member>", "member by id, e-mail or role (default: the first)")
    .action(runLaunch);
  remote(program, "deliveries", "list the callbacks sent, newest first")
    .option("--kind <kind>", "install, uninstall or portal")
    .option("--installation <id>", "of one installation only")
    .option("--last <count>", "how many", parseCount, 20)
    .action(runDeliveries);
  remote(program, "logs [app]", "print the log of an app, or of all").action(runLogs);
}

function remote(program: Command, name: string, description: string): Command {
  return program
    .command(name)
    .description(description)
    .option("--data <directory>", "data directory of the running Cloud", defaultDataDirectory)
    .option("--json", "print JSON");
}

async function runInstall(
  app: string,
  instance: string,
  options: RemoteOptions & { grant?: string },
): Promise<void> {
  const cloud = connect(options.data);
  const granted = options.grant
    ?.split(",")
    .map((scope) => scope.trim())
    .filter((scope) => scope !== "");
  const answer = await cloud.call("POST", "/admin/installations", {
    app_id: findApp(cloud, app),
    instance_id: findInstance(cloud, instance),
    ...(granted === undefined ? {} : { granted_permissions: granted }),
  });
  report(
    answer,
    options,
    (body) => `Installed: ${text(body["installed_app_id"])} (key ${text(body["api_key_prefix"])}…)`,
  );
}

async function runUninstall(installation: string, options: RemoteOptions): Promise<void> {
  const answer = await connect(options.data).call(
    "DELETE",
    `/admin/installations/${encodeURIComponent(installation)}`,
  );
  report(answer, options, () => `Uninstalled: ${installation}`);
}

async function runLaunch(installation: string, options: RemoteOptions & { as?: string }): Promise<void> {
  const cloud = connect(options.data);
  const path = `/admin/installations/${encodeURIComponent(installation)}/launch`;
  const answer = await cloud.call("POST", path, { user_id: findMember(cloud, options.as) });
  report(answer, options, (body) => text(body["portal_url"]));
}

async function runDeliveries(
  options: RemoteOptions & { kind?: string; installation?: string; last: number },
): Promise<void> {
  const query = new URLSearchParams({ page: "1", pageSize: String(options.last) });
  if (options.kind !== undefined) query.set("kind", options.kind);
  if (options.installation !== undefined) query.set("installed_app_id", options.installation);
  const answer = await connect(options.data).call("GET", `/admin/deliveries?${query}`);
  report(answer, options, (body) => (body["data"] as Record<string, unknown>[]).map(deliveryLine).join("\n"));
}

function deliveryLine(delivery: Record<string, unknown>): string {
  const outcome = delivery["status"] ?? delivery["error"] ?? "no answer";
  const columns = [
    delivery["sent_at"] ?? delivery["time"],
    delivery["kind"],
    outcome,
    `${text(delivery["duration_ms"])} ms`,
    delivery["url"],
  ];
  return columns.map(text).join("  ");
}

function runLogs(app: string | undefined, options: RemoteOptions): void {
  const cloud = connect(options.data);
  const wanted = app === undefined ? undefined : findApp(cloud, app);
  for (const { app_id, name, log } of cloud.runFile.apps) {
    if ((wanted !== undefined && wanted !== app_id) || log === undefined || !existsSync(log)) continue;
    const lines = readFileSync(log, "utf8").trimEnd().split("\n");
    for (const line of lines) console.log(options.json ? line : `[${name}] ${line}`);
  }
}

/** Prints an answer for a person or a program; a refusal ends the command with code 1. */
function report(
  answer: AdminAnswer,
  options: RemoteOptions,
  describe: (body: Record<string, unknown>) => string,
): void {
  const refused = answer.status >= 400;
  if (options.json) console.log(JSON.stringify(answer.body, null, 2));
  else if (!refused) console.log(describe(answer.body));
  if (!refused) return;
  if (options.json) process.exitCode = 1;
  else
    throw new CommandError(
      `${text(answer.body["error"])} (${text(answer.body["code"])})`,
      "See `annex deliveries` for what was sent and answered.",
    );
}

function text(value: unknown): string {
  return typeof value === "string" ? value : (JSON.stringify(value) ?? "");
}
