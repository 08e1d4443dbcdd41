/** The data directory: who may use it, and where each thing in it lies. */
import { existsSync, readdirSync, rmSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { makeDirectory } from "@annex/ledger/directory";
import { SandboxStartError } from "../errors.ts";

/** The paths inside a data directory that is ours alone until `release`. */
export type DataDirectory = {
  readonly path: string;
  readonly stateFile: string;
  readonly auditFile: string;
  readonly sealingKeyFile: string;
  readonly instancesDirectory: string;
  readonly runFile: string;
  readonly logFile: string;
  release(): void;
};

/**
 * Takes a data directory for this process alone, makes it where it is missing, and
 * empties it where `fresh` is asked. The lock is the operating system's (a SQLite
 * file held in an exclusive transaction), so it ends with the process however that ends.
 *
 * @throws SandboxStartError `data_directory_in_use` when another process has it, `run_file_is_a_folder`.
 */
export function takeDataDirectory(directory: string, fresh: boolean): DataDirectory {
  const path = resolve(directory);
  makeDirectory(path, 0o700);
  const runFile = join(path, "annex.json");
  refuseFolder(runFile);
  const lock = lockDirectory(path);
  const paths = {
    path,
    stateFile: stateFileIn(path),
    auditFile: join(path, "audit-log.db"),
    sealingKeyFile: join(path, "sealing.key"),
    instancesDirectory: join(path, "instances"),
    runFile,
    logFile: join(path, "cloud.log"),
  };
  if (fresh) empty(paths);
  makeDirectory(paths.instancesDirectory, 0o700);
  return { ...paths, release: () => lock.close() };
}

/** Whether there is state already, which then needs its sealing key. */
export function stateExists({ stateFile }: DataDirectory): boolean {
  return existsSync(stateFile);
}

/** The same of a directory that nobody has taken: where it is not there, nothing is made of it. */
export function holdsState(directory: string): boolean {
  return existsSync(stateFileIn(resolve(directory)));
}

function stateFileIn(path: string): string {
  return join(path, "state.db");
}

/** Said before anything is opened: the run file could be neither written nor removed. */
function refuseFolder(runFile: string): void {
  if (statSync(runFile, { throwIfNoEntry: false })?.isDirectory() !== true) return;
  throw new SandboxStartError(
    "run_file_is_a_folder",
    `${runFile} is a folder, where the Cloud writes its run file.`,
    "Move it away, or name another data directory (--data DIR).",
  );
}

function lockDirectory(path: string): DatabaseSync {
  const lock = new DatabaseSync(join(path, "annex.lock"));
  try {
    lock.exec("begin exclusive");
    return lock;
  } catch (cause) {
    lock.close();
    // A full disk or a file of another kind is no other Cloud.
    if (!isBusy(cause)) throw cause;
    throw new SandboxStartError(
      "data_directory_in_use",
      `Another local Cloud is using the data directory ${path}.`,
      "Stop it first, or start this one with another directory (--data DIR).",
      { cause },
    );
  }
}

const sqliteBusy = 5;

function isBusy(error: unknown): boolean {
  return error instanceof Error && "errcode" in error && error.errcode === sqliteBusy;
}

/** Only what this room wrote: a directory given by mistake keeps everything else. */
function empty(paths: Omit<DataDirectory, "release" | "path">): void {
  const databases = [paths.stateFile, paths.auditFile].flatMap((file) => [
    file,
    `${file}-wal`,
    `${file}-shm`,
  ]);
  const files = [...databases, paths.sealingKeyFile, paths.runFile, paths.logFile];
  for (const item of [...files, ...instanceDirectories(paths.instancesDirectory)]) {
    rmSync(item, { recursive: true, force: true });
  }
}

function instanceDirectories(directory: string): readonly string[] {
  if (!existsSync(directory)) return [];
  const names = readdirSync(directory).filter((name) => name.startsWith("inst_"));
  return names.map((name) => join(directory, name));
}
