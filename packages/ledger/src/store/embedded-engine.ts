/**
 * Starting the embedded engine. Setting up an empty database takes it several seconds; the first time, the
 * result is kept beside the installed packages, and later databases begin as a copy of it.
 */
import { mkdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { PGlite } from "@electric-sql/pglite";
import { NodeFS } from "@electric-sql/pglite/nodefs";
import { FlushedFiles, flushFile, flushFolder } from "./embedded-files.ts";
import { type Durability, engineParts, parsers, startParameters } from "./embedded-settings.ts";

/** The engine's version of PostgreSQL; files of another one mean nothing to it. */
export const engineMajorVersion = "18";

/** A directory holds files of another version of PostgreSQL. */
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
export async function startInMemory(): Promise<PGlite> {
  const options = { parsers, startParams: startParameters("unflushed"), ...(await engineParts()) };
  const template = await readTemplate();
  if (template === undefined) return keepTemplate(await PGlite.create(options));
  try {
    return await PGlite.create({ ...options, loadDataDir: template });
  } catch {
    return startWithoutTemplate(() => PGlite.create(options));
  }
}

/**
 * Starts an engine on a directory. A directory whose setup was cut off is set up anew: nobody had an answer
 * from it yet.
 *
 * @throws OtherVersion when the directory holds files of another PostgreSQL.
 */
export async function startOn(directory: string, durability: Durability): Promise<PGlite> {
  const dataDir = join(directory, "postgres");
  const ready = join(directory, "ready");
  if (await exists(ready)) {
    await checkVersion(directory, dataDir);
    return PGlite.create(await optionsOn(dataDir, durability));
  }
  await rm(dataDir, { recursive: true, force: true });
  const engine = await setUp(dataDir, durability);
  await engine.exec("CHECKPOINT");
  if (durability === "flushed") await flushFolder(dataDir);
  await writeFile(ready, `${new Date().toISOString()}\n`);
  if (durability === "flushed") for (const path of [ready, directory]) await flushFile(path);
  return engine;
}

async function checkVersion(directory: string, dataDir: string): Promise<void> {
  const version = (await readFile(join(dataDir, "PG_VERSION"), "utf8")).trim();
  if (version !== engineMajorVersion) throw new OtherVersion(directory, version);
}

async function optionsOn(dataDir: string, durability: Durability) {
  const fs = durability === "flushed" ? new FlushedFiles(dataDir) : new NodeFS(dataDir);
  return { fs, parsers, startParams: startParameters(durability), ...(await engineParts()) };
}

async function setUp(dataDir: string, durability: Durability): Promise<PGlite> {
  const template = await readTemplate();
  // The engine has flushed nothing yet; once it is set up, all of it is flushed at once.
  if (template === undefined) return keepTemplate(await PGlite.create(await optionsOn(dataDir, durability)));
  try {
    return await PGlite.create({ ...(await optionsOn(dataDir, durability)), loadDataDir: template });
  } catch {
    await rm(dataDir, { recursive: true, force: true });
    return startWithoutTemplate(async () => PGlite.create(await optionsOn(dataDir, durability)));
  }
}

/** A template that can't be read is of no use to anybody. */
async function startWithoutTemplate(start: () => Promise<PGlite>): Promise<PGlite> {
  await rm(await templateFile(), { force: true });
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

/** In the packages' own cache folder, by the engine's version. */
async function templateFile(): Promise<string> {
  const packageFolder = dirname(dirname(createRequire(import.meta.url).resolve("@electric-sql/pglite")));
  const { version } = JSON.parse(await readFile(join(packageFolder, "package.json"), "utf8")) as {
    version: string;
  };
  return join(packageFolder, "..", "..", ".cache", "annex-ledger", `postgres-${version}.tar`);
}

async function readTemplate(): Promise<Blob | undefined> {
  try {
    return new Blob([await readFile(await templateFile())]);
  } catch {
    return undefined;
  }
}

/** Keeps a copy for the next start. Where the folder can't be written, the next start just takes longer. */
async function keepTemplate(engine: PGlite): Promise<PGlite> {
  try {
    const file = await templateFile();
    const whole = await engine.dumpDataDir("none");
    await mkdir(dirname(file), { recursive: true });
    const unfinished = `${file}.${process.pid}`;
    await writeFile(unfinished, new Uint8Array(await whole.arrayBuffer()));
    await rename(unfinished, file);
  } catch {
    // Read-only packages: nothing to do, and nothing lost.
  }
  return engine;
}
