/** `annex install`, `uninstall`, `launch` and `installations`. */
import { type Command, InvalidArgumentError } from "commander";
import {
  connect,
  findApp,
  findInstallation,
  findInstance,
  findMember,
  findOrganization,
  namesOf,
} from "../../running-cloud.ts";
import { type RemoteOptions, remote } from "./command.ts";
import { listed, listText, report, rowsOf, table, text } from "./print.ts";

type InstallOptions = RemoteOptions & { grant?: readonly string[]; as?: string };
type LaunchOptions = RemoteOptions & { as?: string };
type ListOptions = RemoteOptions & { app?: string; instance?: string; status?: string };

export function addInstallationCommands(program: Command): void {
  remote(program, "install <app> <instance>", "install an app into an instance")
    .option(
      "--grant <scopes>",
      "scopes to grant, parted by commas, or none (default: all that the app asks for)",
      parseScopes,
    )
    .action(install);
  remote(program, "uninstall <installation>", "uninstall an installation, by its id or its app").action(
    uninstall,
  );
  remote(program, "launch <installation>", "ask the app for a portal URL, by installation id or app")
    .option("--as <member>", "member by id, e-mail or role (default: the first)")
    .action(launch);
  remote(program, "installations", "list the installations, newest first")
    .option("--app <app>", "of one app only")
    .option("--instance <instance>", "of one instance only")
    .option("--status <status>", "installing, active, cancelled or uninstalled")
    .action(list);
}

async function install(app: string, instance: string, options: InstallOptions): Promise<void> {
  const cloud = connect(options);
  const answer = await cloud.call("POST", "/admin/installations", {
    app_id: findApp(cloud, app),
    instance_id: findInstance(cloud, instance),
    ...(options.grant === undefined ? {} : { granted_permissions: options.grant }),
  });
  report(
    answer,
    options,
    (body) => `Installed: ${text(body["installed_app_id"])} (key ${text(body["api_key_prefix"])}…)`,
  );
}

/** The scopes of a list; the word `none` stands for granting none, which a person can do in the dashboard. */
function parseScopes(list: string): readonly string[] {
  if (list.trim() === "none") return [];
  const scopes = list.split(",").map((scope) => scope.trim());
  // A list that is empty as a whole is refused as any option is.
  if (scopes.length > 1 && scopes.includes(""))
    throw new InvalidArgumentError("A part of it is empty, as where a variable is not set.");
  return scopes;
}

async function uninstall(wanted: string, options: RemoteOptions): Promise<void> {
  const cloud = connect(options);
  const installation = await findInstallation(cloud, wanted);
  const answer = await cloud.call("DELETE", `/admin/installations/${encodeURIComponent(installation)}`);
  report(answer, options, () => `Uninstalled: ${installation}`);
}

async function launch(wanted: string, options: LaunchOptions): Promise<void> {
  const cloud = connect(options);
  const installation = await findInstallation(cloud, wanted);
  const path = `/admin/installations/${encodeURIComponent(installation)}/launch`;
  const organization = await findOrganization(cloud, installation);
  const answer = await cloud.call("POST", path, { user_id: findMember(cloud, options.as, organization) });
  report(answer, options, (body) => text(body["portal_url"]));
}

async function list(options: ListOptions): Promise<void> {
  const cloud = connect(options);
  const query = new URLSearchParams({ pageSize: "200" });
  if (options.app !== undefined) query.set("app_id", findApp(cloud, options.app));
  if (options.instance !== undefined) query.set("instance_id", findInstance(cloud, options.instance));
  if (options.status !== undefined) query.set("status", options.status);
  const answer = await cloud.call("GET", `/admin/installations?${query}`);
  const names = namesOf(cloud);
  report(answer, options, (body) => {
    const rows = table(
      ["INSTALLATION", "APP", "INSTANCE", "STATUS", "GRANTED", "KEY", "CREATED"],
      rowsOf(body).map((row) => [
        row["installed_app_id"],
        names(row["app_id"]),
        names(row["instance_id"]),
        row["status"],
        listText(row["granted_permissions"]),
        row["api_key_prefix"],
        row["created_at"],
      ]),
      query.size > 1 ? "No installation is like that." : "No installations.",
    );
    return listed(body, rows, "Others are found with --app, --instance or --status.");
  });
}
