/** Starting the embedded engine, in memory or on a directory; a new database begins as a copy of the template. */
import { readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { PGlite } from "@electric-sql/pglite";
import { NodeFS } from "@electric-sql/pglite/nodefs";
import { FlushedFiles, flushFile, flushFolder } from "./embedded-files.ts";
import { FilesFromTemplate } from "./embedded-memory.ts";
import { writeFiles } from "./embedded-packing.ts";
import {
  type Durability,
  type EngineParts,
  parsers,
  partsAsOptions,
  startParameters,
} from "./embedded-settings.ts";
import { readTemplate } from "./embedded-template.ts";

/** The engine's version of PostgreSQL; files of another one mean nothing to it. */
export const engineMajorVersion = "18";

/**
 * A directory holds files of another version of PostgreSQL.
 *
 * @example
 * ```ts
 * if (error instanceof OtherVersion) console.error(`PostgreSQL ${error.version} wrote it.`);
 * ```
 */
export class OtherVersion extends Error {
  readonly directory: string;
  readonly version: string;

  constructor(directory: string, version: string) {
    super(
      `the books in ${directory} were written by PostgreSQL ${version}, and this ledger has PostgreSQL ${engineMajorVersion}; export them with the release that wrote them (annex ledger export), and import them into a new directory`,
    );
    this.name = "OtherVersion";
    this.directory = directory;
    this.version = version;
  }
}

/** Starts an engine in memory. */
export async function startInMemory(parts: EngineParts): Promise<PGlite> {
  const options = { parsers, startParams: startParameters("unflushed"), ...partsAsOptions(parts) };
  const template = await readTemplate();
  if (template === undefined) return PGlite.create(options);
  try {
    return await PGlite.create({ ...options, fs: new FilesFromTemplate(template) });
  } catch {
    return PGlite.create(options);
  }
}

/**
 * Starts an engine on a directory. A directory whose setup was cut off is set up anew: nobody had an answer
 * from it yet.
 */
export async function startOn(
  directory: string,
  durability: Durability,
  parts: EngineParts,
): Promise<PGlite> {
  const dataDir = dataIn(directory);
  const ready = readyIn(directory);
  if (await exists(ready)) return startAgain(dataDir, durability, parts);
  const start = () => PGlite.create(optionsOn(dataDir, durability, parts));
  await rm(dataDir, { recursive: true, force: true });
  const engine = await setUp(dataDir, start);
  await engine.exec("CHECKPOINT");
  if (durability === "flushed") await flushFolder(dataDir);
  await writeFile(ready, `${new Date().toISOString()}\n`);
  if (durability === "flushed") for (const path of [ready, directory]) await flushFile(path);
  return engine;
}

async function startAgain(dataDir: string, durability: Durability, parts: EngineParts): Promise<PGlite> {
  const isToBeFlushed = durability === "flushed" && !(await hasEndedInOrder(dataDir));
  if (isToBeFlushed) await flushFolder(dataDir);
  return PGlite.create(optionsOn(dataDir, durability, parts, isToBeFlushed));
}

/** Where PostgreSQL's control file says in what state the engine is, and the state of one that was ended. */
const stateAt = 16;
const ended = 1;

async function hasEndedInOrder(dataDir: string): Promise<boolean> {
  const control = await readFile(join(dataDir, "global", "pg_control"));
  return control.readInt32LE(stateAt) === ended;
}

const dataIn = (directory: string): string => join(directory, "postgres");
/** Stands once a directory is set up. */
const readyIn = (directory: string): string => join(directory, "ready");

/** @throws OtherVersion when the directory holds files of another PostgreSQL. */
export async function checkVersion(directory: string): Promise<void> {
  if (!(await exists(readyIn(directory)))) return;
  const version = (await readFile(join(dataIn(directory), "PG_VERSION"), "utf8")).trim();
  if (version !== engineMajorVersion) throw new OtherVersion(directory, version);
}

function optionsOn(dataDir: string, durability: Durability, parts: EngineParts, areFlushed = false) {
  const fs = durability === "flushed" ? new FlushedFiles(dataDir, areFlushed) : new NodeFS(dataDir);
  return { fs, parsers, startParams: startParameters(durability), ...partsAsOptions(parts) };
}

/** The engine has flushed nothing yet; once it is set up, all of it is flushed at once. */
async function setUp(dataDir: string, start: () => Promise<PGlite>): Promise<PGlite> {
  try {
    const template = await readTemplate();
    if (template !== undefined) {
      writeFiles(template, dataDir);
      return await start();
    }
  } catch {
    await rm(dataDir, { recursive: true, force: true });
  }
  return start();
}

async function exists(file: string): Promise<boolean> {
  try {
    await stat(file);
    return true;
  } catch {
    return false;
  }
}
