/** The Cloud that `annex dev` registers its apps with: one it starts itself, or one that runs already. */
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
  readonly url: string;
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
    url: sandbox.url,
    register: async (description, directory, process) => {
      refuseNamesake(description.name, directory);
      await sandbox.registerApp({ manifest: description, ...process });
    },
  };
}

/** A Cloud that another command runs. */
export function joinedCloud(cloud: RunningCloud): DevCloud {
  const refuseNamesake = createNameCheck();
  const [organization] = cloud.runFile.organizations;
  return {
    url: cloud.runFile.cloud.url,
    register: async (description, directory) => {
      refuseNamesake(description.name, directory);
      const known = await appByName(cloud, description.name);
      const answer =
        known === undefined
          ? await cloud.call("POST", "/admin/apps", {
              organization_id: organization?.organization_id,
              manifest: description,
            })
          : await cloud.call("PATCH", `/admin/apps/${known}`, { manifest: description });
      if (answer.status >= 300)
        throw new CommandError(
          `The Cloud refuses the app: ${String(answer.body["error"])}`,
          "Change its manifest, then start it again.",
        );
    },
  };
}

async function appByName(cloud: RunningCloud, name: string): Promise<string | undefined> {
  const { body } = await cloud.call("GET", "/admin/state");
  const apps = body["apps"] as readonly { readonly app_id: string; readonly name: string }[];
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
