/** The Cloud that `annex dev` registers its apps with: one it starts itself, one that runs already, or the real one. */
import { resolve } from "node:path";
import type { Sandbox } from "@annex/sandbox";
import { CommandError } from "../failures/index.ts";
import type { RunningCloud } from "../running-cloud.ts";
import type { AppDescription } from "./description.ts";

/** What is known of an app's process. */
export type AppProcess = {
  readonly url: string;
  readonly pid: number;
  readonly database: string;
  readonly log: string;
};

export type DevCloud = {
  /** What an app is told of it. */
  readonly environment: Readonly<Record<string, string>>;
  /**
   * Registers an app, or brings the one of the same name up to date.
   *
   * @throws CommandError when an app of another folder has the name.
   */
  register(description: AppDescription, directory: string, process: AppProcess): Promise<void>;
};

/** A Cloud in this process. */
export function ownCloud(sandbox: Sandbox): DevCloud {
  const refuseNamesake = createNameCheck();
  return {
    environment: localEnvironment(sandbox.url),
    register: async (description, directory, process) => {
      refuseNamesake(description.name, directory);
      await sandbox.registerApp({ manifest: description, ...process });
    },
  };
}

/** A Cloud that another command runs; its run file gets to know the app. */
export function joinedCloud(cloud: RunningCloud): DevCloud {
  const refuseNamesake = createNameCheck();
  const [organization] = cloud.runFile.organizations;
  return {
    environment: localEnvironment(cloud.runFile.cloud.url),
    register: async (description, directory, process) => {
      refuseNamesake(description.name, directory);
      const known = await appByName(cloud, description.name);
      const given = { manifest: description, process };
      const answer =
        known === undefined
          ? await cloud.call("POST", "/admin/apps", {
              organization_id: organization?.organization_id,
              ...given,
            })
          : await cloud.call("PATCH", `/admin/apps/${known}`, given);
      if (answer.status >= 300)
        throw new CommandError(
          `The Cloud refuses the app: ${String(answer.body["error"])}`,
          "Change its manifest, then start it again.",
        );
    },
  };
}

/** The real Cloud, where a person registers the app: `shown` says what to type. Variables that are set stay as they are. */
export function realCloud(shown: (description: AppDescription) => void): DevCloud {
  // A tunnel's address is https, and still this is no production.
  return {
    environment: { NODE_ENV: "development" },
    register: async (description) => shown(description),
  };
}

function localEnvironment(url: string): Readonly<Record<string, string>> {
  return { ANNEX_CLOUD_URL: url, ANNEX_EMBED_ORIGINS: framingOrigins(url).join(",") };
}

/** The dashboard is reached by both names of this machine, and a frame is checked by the name in use. */
function framingOrigins(url: string): readonly string[] {
  const { protocol, port } = new URL(url);
  return ["localhost", "127.0.0.1"].map((host) => `${protocol}//${host}:${port}`);
}

async function appByName(cloud: RunningCloud, name: string): Promise<string | undefined> {
  const { body } = await cloud.call("GET", "/admin/apps");
  const apps = body["data"] as readonly { readonly app_id: string; readonly name: string }[];
  return apps.find((app) => app.name === name)?.app_id;
}

/** The registry knows apps by their names: a second one would take the first one's place without a word. */
function createNameCheck(): (name: string, directory: string) => void {
  const directories = new Map<string, string>();
  return (name, directory) => {
    const other = directories.get(name) ?? directory;
    if (resolve(other) !== resolve(directory))
      throw new CommandError(
        `Two apps are named "${name}": ${other} and ${directory}.`,
        "Give one of them another name in its manifest.",
      );
    directories.set(name, directory);
  };
}
