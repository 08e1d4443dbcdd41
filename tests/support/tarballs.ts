/** The packages as they are published, and an empty folder that installs them as a user would. */
import { execFile, spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";

const root = resolve(import.meta.dirname, "../..");
export const tarballFolder = join(root, "dist", "packages");

/** The oldest Node that is promised, where npm has one for this machine: what is packed has to run there. */
const oldNode = process.platform === "linux" ? { [`node-linux-${process.arch}`]: "22.18.0" } : {};

/** Packs what changed since the last time. */
export function packTarballs(): void {
  run("npm", ["run", "--silent", "pack"], root);
}

/** A folder outside the repository with every tarball and further packages installed. */
export function installTarballs(further: Readonly<Record<string, string>> = {}): string {
  const directory = mkdtempSync(join(tmpdir(), "annex-packages-"));
  const dependencies = Object.fromEntries(
    tarballs().map((file) => [nameOf(file), `file:${join(tarballFolder, file)}`]),
  );
  const manifest = {
    private: true,
    type: "module",
    dependencies,
    devDependencies: { ...oldNode, ...further },
  };
  writeFileSync(join(directory, "package.json"), JSON.stringify(manifest));
  install(directory);
  return directory;
}

/** Installs what a folder's package.json names. */
export function install(folder: string): void {
  run("npm", ["install", "--prefer-offline", "--no-audit", "--no-fund", "--loglevel=error"], folder);
}

/** The files that were packed. */
export function tarballs(): readonly string[] {
  return readdirSync(tarballFolder).filter((file) => file.endsWith(".tgz"));
}

/** `annex-data-api-0.1.0.tgz` is `@annex/data-api`. */
export function nameOf(tarball: string): string {
  return tarball.replace(/^annex-(.+)-\d+\.\d+\.\d+\.tgz$/, "@annex/$1");
}

/** The oldest Node, as installed with the tarballs, else the one that runs the tests. */
export function nodeOf(directory: string): string {
  const [name] = Object.keys(oldNode);
  return name === undefined ? process.execPath : join(directory, "node_modules", name, "bin", "node");
}

const execute = promisify(execFile);

/** Runs a program to its end, beside others. @throws Error with what it said when it fails. */
export async function runBeside(program: string, args: readonly string[], directory: string): Promise<void> {
  try {
    await execute(program, args, { cwd: directory, maxBuffer: 16 * 1024 * 1024 });
  } catch (error) {
    const { code, stdout, stderr } = error as { code?: unknown; stdout?: string; stderr?: string };
    throw new Error(`${program} ${args.join(" ")} ended with ${String(code)}:\n${stdout}${stderr}`);
  }
}

/** Runs a program to its end. @throws Error with what it said when it fails. */
export function run(program: string, args: readonly string[], directory: string): string {
  const result = spawnSync(program, args, { cwd: directory, encoding: "utf8" });
  if (result.status === 0) return result.stdout;
  throw new Error(
    `${program} ${args.join(" ")} ended with ${result.status}:\n${result.stdout}${result.stderr}`,
  );
}
