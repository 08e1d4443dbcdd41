/** The local Cloud that runs on a data directory, asked by its admin API. Finds it by the run file. */
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { CommandError } from "./failures/index.ts";
import { refuseFolder } from "./named-file.ts";

type RunFile = {
  readonly pid: number;
  readonly cloud: { readonly url: string; readonly admin_token: string };
  readonly organizations: readonly {
    readonly organization_id: string;
    readonly instances: readonly { readonly instance_id: string; readonly name: string }[];
    readonly members: readonly {
      readonly user_id: string;
      readonly email: string;
      readonly role: string;
      readonly totp_secret: string;
    }[];
  }[];
  readonly apps: readonly { readonly app_id: string; readonly name: string; readonly log?: string }[];
};

/** A refusal or an answer of the admin API. */
export type AdminAnswer = { readonly status: number; readonly body: Record<string, unknown> };

export type RunningCloud = {
  readonly runFile: RunFile;
  call(method: string, path: string, body?: unknown): Promise<AdminAnswer>;
};

/** Which Cloud is meant: that of a run file, or of a data directory. */
export type Whereabouts = { readonly data: string; readonly runFile?: string };

/**
 * Connects to a running Cloud.
 *
 * @throws CommandError when none runs there.
 */
export function connect({ data, runFile: named }: Whereabouts): RunningCloud {
  const file = resolve(named ?? join(data, "annex.json"));
  if (!existsSync(file)) {
    throw new CommandError(
      named === undefined ? `No local Cloud runs on ${dirname(file)}.` : `There is no run file ${file}.`,
      "Start one with `annex dev`, or name its folder with --data or its run file with --run-file.",
    );
  }
  const runFile = readRunFile(file);
  return { runFile, call: (method, path, body) => callAdmin(runFile, method, path, body) };
}

function readRunFile(file: string): RunFile {
  refuseFolder(file);
  const read = readJson(file);
  if (isRunFile(read)) return read;
  throw new CommandError(
    `${file} is not the run file of a local Cloud.`,
    "Name the annex.json that `annex dev` or `annex cloud` writes into its data folder.",
  );
}

function isRunFile(read: unknown): read is RunFile {
  if (typeof read !== "object" || read === null) return false;
  const { cloud, organizations, apps } = read as Partial<RunFile>;
  const isCloud = typeof cloud?.admin_token === "string" && URL.canParse(cloud.url);
  return isCloud && /^https?:/.test(cloud.url) && Array.isArray(organizations) && Array.isArray(apps);
}

/** What a file holds; nothing where it holds no JSON. */
function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

async function callAdmin(
  runFile: RunFile,
  method: string,
  path: string,
  body: unknown,
): Promise<AdminAnswer> {
  const request: RequestInit = {
    method,
    headers: { Authorization: `Bearer ${runFile.cloud.admin_token}`, "Content-Type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  };
  const response = await fetch(`${runFile.cloud.url}${path}`, request).catch((cause: unknown) => {
    throw silent(runFile, cause);
  });
  return { status: response.status, body: await answerOf(response, runFile) };
}

/** What a run file says runs does not answer: only a Cloud that was killed leaves its file behind. */
export function silent({ cloud }: RunFile, cause: unknown): CommandError {
  const code = codeOf(cause) ?? codeOf((cause as { readonly cause?: unknown }).cause);
  return code === "ECONNREFUSED"
    ? new CommandError(
        `The local Cloud of this run file runs no more: nothing listens at ${cloud.url}.`,
        "It was killed before it could remove the file. Start it again on the same folder, with `annex dev` or `annex cloud`.",
        { cause },
      )
    : new CommandError(
        `The local Cloud at ${cloud.url} does not answer${code === undefined ? "" : ` (${code})`}.`,
        "Look whether it still runs; else start it again with `annex dev` or `annex cloud`.",
        { cause },
      );
}

function codeOf(error: unknown): string | undefined {
  if (typeof error !== "object" || error === null || !("code" in error)) return undefined;
  return typeof error.code === "string" ? error.code : undefined;
}

/** The port of a Cloud that was killed may be another program's by now. */
async function answerOf(response: Response, { cloud }: RunFile): Promise<Record<string, unknown>> {
  const body: unknown = await response.json().catch(() => undefined);
  if (typeof body === "object" && body !== null) return body as Record<string, unknown>;
  throw new CommandError(
    `What answers at ${cloud.url} is no local Cloud.`,
    "Its run file is there, so it may have been killed; start it again with `annex dev`.",
  );
}

/** An app by its id or its name. @throws CommandError when there is none, or several. */
export function findApp(cloud: RunningCloud, wanted: string): string {
  const { apps } = cloud.runFile;
  const found =
    apps.find((app) => app.app_id === wanted) ??
    onlyOne(
      wanted,
      apps,
      (app) => sameName(app.name, wanted),
      (app) => app.app_id,
    );
  if (found !== undefined) return found.app_id;
  if (wanted.startsWith("app_")) return wanted;
  throw new CommandError(
    `There is no app "${wanted}".`,
    `Registered: ${apps.map((app) => app.name).join(", ") || "none"}.`,
  );
}

/**
 * An installation by its id, or the only active one of an app.
 *
 * @throws CommandError when the app has none, or several.
 */
export async function findInstallation(cloud: RunningCloud, wanted: string): Promise<string> {
  if (wanted.startsWith("instapp_")) return wanted;
  const query = new URLSearchParams({ app_id: findApp(cloud, wanted), status: "active" });
  const { body } = await cloud.call("GET", `/admin/installations?${query}`);
  const found = body["data"] as readonly { installed_app_id: string; instance_id: string }[];
  const [only] = found;
  if (only !== undefined && found.length === 1) return only.installed_app_id;
  throw new CommandError(
    only === undefined
      ? `${wanted} is installed nowhere.`
      : `${wanted} is installed in ${String(body["total"])} instances.`,
    only === undefined
      ? "Install it first: annex install <app> <instance>."
      : `Name the installation, such as ${only.installed_app_id}; annex installations --app "${wanted}" lists them.`,
  );
}

/** An instance by its id or its name. @throws CommandError when there is none, or several. */
export function findInstance(cloud: RunningCloud, wanted: string): string {
  const instances = cloud.runFile.organizations.flatMap((organization) => organization.instances);
  const found =
    instances.find((instance) => instance.instance_id === wanted) ??
    onlyOne(
      wanted,
      instances,
      (one) => sameName(one.name, wanted),
      (one) => one.instance_id,
    );
  if (found !== undefined) return found.instance_id;
  throw new CommandError(
    `There is no instance "${wanted}".`,
    `There are: ${some(instances.map((instance) => instance.name))}.`,
  );
}

/**
 * A member by id, e-mail or role; the first one when nobody is named.
 *
 * @param organizationId whose members are meant; absent: everybody's.
 * @throws CommandError when there is none, or one in each of several organizations.
 */
export function findMember(
  cloud: RunningCloud,
  wanted: string | undefined,
  organizationId?: string | undefined,
): string {
  const organizations = cloud.runFile.organizations.filter(
    ({ organization_id }) => organization_id === (organizationId ?? organization_id),
  );
  const named = ({ members }: RunFile["organizations"][number]) =>
    wanted === undefined
      ? members[0]
      : members.find(
          (member) => [member.user_id, member.email].includes(wanted) || sameName(member.role, wanted),
        );
  const everybodys = organizations.flatMap((organization) => named(organization) ?? []);
  const found =
    wanted === undefined
      ? everybodys[0]
      : onlyOne(
          wanted,
          everybodys,
          () => true,
          (member) => member.email,
        );
  if (found !== undefined) return found.user_id;
  const members = organizations.flatMap((organization) => organization.members);
  throw new CommandError(
    `There is no member "${wanted ?? ""}".`,
    `There are: ${some(members.map((member) => member.email))}.`,
  );
}

/** The organization that an installation is in; nothing where there is no such installation. */
export async function findOrganization(
  cloud: RunningCloud,
  installedAppId: string,
): Promise<string | undefined> {
  const [only, ...others] = cloud.runFile.organizations;
  if (others.length === 0) return only?.organization_id;
  const { body } = await cloud.call("GET", "/admin/state");
  const installations = body["installations"] as readonly {
    readonly installed_app_id: string;
    readonly organization_id: string;
  }[];
  return installations.find((one) => one.installed_app_id === installedAppId)?.organization_id;
}

/** The one that is meant. Of several by one name the first would be as good as any other, and none is right. */
function onlyOne<Item>(
  wanted: string,
  items: readonly Item[],
  fits: (item: Item) => boolean,
  idOf: (item: Item) => string,
): Item | undefined {
  const [first, ...others] = items.filter(fits);
  if (first === undefined || others.length === 0) return first;
  throw new CommandError(
    `"${wanted}" can mean ${others.length + 1} things.`,
    `Name one of: ${some([first, ...others].map(idOf))}.`,
  );
}

/** What people call an app or an instance; what has no name stays its id. */
export function namesOf({ runFile }: RunningCloud): (id: unknown) => unknown {
  const instances = runFile.organizations.flatMap((organization) => organization.instances);
  const names = new Map([
    ...runFile.apps.map(({ app_id, name }) => [app_id, name] as const),
    ...instances.map(({ instance_id, name }) => [instance_id, name] as const),
  ]);
  return (id) => names.get(String(id)) ?? id;
}

/** As many of a list as help. */
const shownNames = 12;

function some(names: readonly string[]): string {
  const more = names.length > shownNames ? ", …" : "";
  return `${names.slice(0, shownNames).join(", ")}${more}`;
}

/** Letters and digits of any script; case, blanks and marks do not count. */
function sameName(left: string, right: string): boolean {
  const plain = (name: string) =>
    name
      .normalize("NFKC")
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{M}\p{N}]/gu, "");
  return plain(left) === plain(right) && (plain(left) !== "" || left === right);
}
