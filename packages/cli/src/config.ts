/** Which apps `annex dev` starts: those of a config file, or the one in the current folder. */
import { existsSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { CommandError } from "./failures/index.ts";

/** What an app says of itself before it runs; the two URLs are added when it does. Contract section 2. */
export type AppManifest = {
  readonly name: string;
  readonly description?: string;
  readonly developer?: string;
  /** Absolute, or a path of the app itself such as `/portal/logo.svg`. */
  readonly logoUrl?: string;
  readonly permissions: readonly string[];
  readonly launchAccess?: readonly string[];
  readonly launchRequiresAuthentication?: boolean;
};

/** One app of a workspace. */
export type ConfiguredApp = {
  /** Its folder, absolute. Its entry is `src/main.ts`. */
  readonly directory: string;
  readonly manifest: AppManifest;
};

/** The shape of the default export of `annex.config.ts`. */
export type AnnexConfig = {
  readonly apps: readonly { readonly directory: string; readonly manifest: AppManifest }[];
};

/**
 * Reads the apps to start. Folders in a config file are relative to it.
 *
 * @throws CommandError when a named file is missing, or there is neither a config file nor an app here.
 */
export async function loadApps(configFile: string | undefined): Promise<readonly ConfiguredApp[]> {
  const file = resolve(configFile ?? "annex.config.ts");
  if (existsSync(file)) return appsOfConfig(file);
  if (configFile !== undefined)
    throw new CommandError(`There is no file ${file}.`, "Check the path given with --config.");
  return [await appOfFolder(process.cwd())];
}

async function appsOfConfig(file: string): Promise<readonly ConfiguredApp[]> {
  const module = (await import(pathToFileURL(file).href)) as { default?: AnnexConfig };
  if (!Array.isArray(module.default?.apps)) {
    throw new CommandError(
      `${file} has no list of apps.`,
      "Export it as default: export default { apps: [{ directory, manifest }] }.",
    );
  }
  return module.default.apps.map((app) => ({ ...app, directory: resolve(dirname(file), app.directory) }));
}

async function appOfFolder(directory: string): Promise<ConfiguredApp> {
  const file = resolve(directory, "src/manifest.ts");
  if (!existsSync(file)) {
    throw new CommandError(
      "There is neither annex.config.ts nor src/manifest.ts here.",
      "Run `annex dev` in an app's folder or in a workspace, or name a config file with --config.",
    );
  }
  const module = (await import(pathToFileURL(file).href)) as { manifest?: AppManifest };
  if (module.manifest === undefined)
    throw new CommandError(`${file} exports no manifest.`, "Export it by the name `manifest`.");
  return { directory, manifest: module.manifest };
}
