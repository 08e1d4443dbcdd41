/** Which apps `annex dev` starts: those of a config file, or the one in the current folder. */
import { existsSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { CommandError } from "../failures/index.ts";
import { type AppPackage, readAppPackage } from "./app-package.ts";

/** What an app says of itself; the two URLs are added when it runs. Contract section 2. */
export type AppManifest = {
  readonly name: string;
  readonly description?: string;
  readonly developer?: string;
  /** Absolute, or a path of the app itself such as `/portal/logo.svg`. */
  readonly logoUrl?: string;
  readonly permissions: readonly string[];
  readonly launchAccess?: readonly string[];
};

/** One app to start. */
export type ConfiguredApp = AppPackage & {
  /** Given for an app that says nothing of itself, such as one of another framework. */
  readonly manifest?: AppManifest;
};

/**
 * The shape of the default export of `annex.config.ts`.
 *
 * @example
 * ```ts
 * const config: AnnexConfig = { apps: [{ directory: "apps/mine" }] };
 * export default config;
 * ```
 */
export type AnnexConfig = {
  readonly apps: readonly { readonly directory: string; readonly manifest?: AppManifest }[];
};

/**
 * Reads the apps to start. Folders in a config file are relative to it.
 *
 * @throws CommandError when a named file is missing or wrong, or there is neither a config file nor an app here.
 */
export async function loadApps(configFile: string | undefined): Promise<readonly ConfiguredApp[]> {
  const file = resolve(configFile ?? "annex.config.ts");
  if (existsSync(file)) return appsOfConfig(file);
  if (configFile !== undefined)
    throw new CommandError(`There is no file ${file}.`, "Check the path given with --config.");
  return [readAppPackage(process.cwd())];
}

async function appsOfConfig(file: string): Promise<readonly ConfiguredApp[]> {
  const module = await loadConfig(file);
  if (!Array.isArray(module.default?.apps)) {
    throw new CommandError(
      `${file} has no list of apps.`,
      "Export it as default: export default { apps: [{ directory }] }.",
    );
  }
  const apps = module.default.apps.map(({ directory, manifest }) => {
    const app = readAppPackage(resolve(dirname(file), directory));
    return manifest === undefined ? app : { ...app, manifest };
  });
  refuseTwice(apps, file);
  return apps;
}

/** Two of one app would take turns at registering themselves under the same name. */
function refuseTwice(apps: readonly ConfiguredApp[], file: string): void {
  const directories = apps.map(({ directory }) => directory);
  const twice = directories.find((directory, index) => directories.indexOf(directory) < index);
  if (twice === undefined) return;
  throw new CommandError(
    `${file} names the app in ${twice} twice.`,
    "Leave one of the two, then start again.",
  );
}

async function loadConfig(file: string): Promise<{ default?: AnnexConfig }> {
  try {
    return (await import(pathToFileURL(file).href)) as { default?: AnnexConfig };
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new CommandError(
      `${file} cannot be read: ${reason.split("\n", 1)[0]}`,
      "Mend it, then start again.",
      {
        cause,
      },
    );
  }
}
