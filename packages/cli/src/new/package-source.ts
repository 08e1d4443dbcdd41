/** Where the packages of an app come from: a folder of tarballs, the clone's own, or the registry. */
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { CommandError } from "../failures/index.ts";

/** One packed package. */
export type Tarball = {
  readonly name: string;
  readonly file: string;
  /** Packages of ours that it needs. */
  readonly needs: readonly string[];
};

const clone = fileURLToPath(new URL("../../../../", import.meta.url));

/**
 * The tarballs to depend on; none means the registry.
 *
 * @throws CommandError when the folder has none, or the clone cannot pack its own.
 */
export function choosePackages(folder: string | undefined): readonly Tarball[] {
  if (folder !== undefined) return readTarballs(resolve(folder));
  const script = join(clone, "scripts", "run.mjs");
  if (!existsSync(script)) return [];
  const packed = spawnSync(process.execPath, [script, "pack"], {
    cwd: clone,
    stdio: ["ignore", "ignore", "inherit"],
  });
  if (packed.status !== 0)
    throw new CommandError(
      "The clone's packages could not be packed; why stands above.",
      `Run npm run pack in ${clone}.`,
    );
  return readTarballs(join(clone, "dist", "packages"));
}

function readTarballs(folder: string): readonly Tarball[] {
  const files = existsSync(folder) ? readdirSync(folder).filter((file) => file.endsWith(".tgz")) : [];
  if (files.length === 0)
    throw new CommandError(
      `There are no packages in ${folder}.`,
      "Name a folder that `npm run pack` wrote, such as dist/packages.",
    );
  return files.map((file) => readTarball(join(folder, file)));
}

function readTarball(file: string): Tarball {
  const manifest = spawnSync("tar", ["-xzOf", file, "package/package.json"], { encoding: "utf8" });
  if (manifest.status !== 0)
    throw new CommandError(`${file} is not a package.`, "Write the folder anew with `npm run pack`.");
  const { name, dependencies = {} } = JSON.parse(manifest.stdout) as {
    name: string;
    dependencies?: Record<string, string>;
  };
  return { name, file, needs: Object.keys(dependencies).filter((each) => each.startsWith("@annex/")) };
}
