/** `annex apps` and `annex app register|update|remove`: the registry of a running Cloud. */
import { readFileSync } from "node:fs";
import type { Command } from "commander";
import { CommandError } from "../../failures/index.ts";
import { refuseFolder } from "../../named-file.ts";
import { connect, findApp, type RunningCloud } from "../../running-cloud.ts";
import { type RemoteOptions, remote } from "./command.ts";
import { listText, report, rowsOf, table, text } from "./print.ts";

type RegisterOptions = RemoteOptions & { organization?: string };

export function addAppCommands(program: Command): void {
  remote(program, "apps", "list the registered apps").action(list);
  const app = program.command("app").description("register, update or remove an app");
  remote(app, "register <manifest>", "register an app by its manifest, a JSON file")
    .option("--organization <id>", "in which organization (default: the first)")
    .action(register);
  remote(
    app,
    "update <app> <manifest>",
    "replace the fields that a JSON file gives; URLs are checked",
  ).action(update);
  remote(app, "remove <app>", "remove an app that is installed nowhere").action(remove);
}

async function list(options: RemoteOptions): Promise<void> {
  const answer = await connect(options).call("GET", "/admin/apps");
  report(answer, options, (body) =>
    table(
      ["APP", "NAME", "PERMISSIONS", "CALLBACK URL", "PORTAL URL"],
      rowsOf(body).map((row) => [
        row["app_id"],
        row["name"],
        listText(row["permissions"]),
        row["registration_callback_url"],
        row["portal_generator_url"],
      ]),
      "No app is registered. Register one: annex app register <manifest>.",
    ),
  );
}

async function register(file: string, options: RegisterOptions): Promise<void> {
  const cloud = connect(options);
  const organization_id = options.organization ?? cloud.runFile.organizations[0]?.organization_id;
  const body = { organization_id, manifest: readManifest(file) };
  const answer = await cloud.call("POST", "/admin/apps", body);
  report(answer, options, (body) => withNotices(`Registered: ${text(body["app_id"])}`, body));
}

async function update(app: string, file: string, options: RemoteOptions): Promise<void> {
  const cloud = connect(options);
  const path = pathOf(cloud, app);
  const answer = await cloud.call("PATCH", path, { manifest: readManifest(file) });
  report(answer, options, (body) =>
    withNotices(`Updated: ${text(body["name"])} (${text(body["app_id"])})`, body),
  );
}

/** What was done, and under it what the Cloud says of the app's address; one of an older version says nothing. */
function withNotices(done: string, { notices }: Readonly<Record<string, unknown>>): string {
  return [done, ...(Array.isArray(notices) ? notices.map(text) : [])].join("\n");
}

async function remove(app: string, options: RemoteOptions): Promise<void> {
  const cloud = connect(options);
  const answer = await cloud.call("DELETE", pathOf(cloud, app));
  report(answer, options, ({ app_id }) => `Removed: ${text(app_id)}`);
}

function pathOf(cloud: RunningCloud, app: string): string {
  return `/admin/apps/${encodeURIComponent(findApp(cloud, app))}`;
}

function readManifest(file: string): unknown {
  refuseFolder(file);
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
    throw new CommandError(
      `${file} is not JSON.`,
      "Give a manifest as a JSON object; `annex urls --json` prints one.",
    );
  }
}
