/** Starting the embedded engine, in memory or on a directory; a new database begins as a copy of the template. */
import { readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { PGlite } from "@electric-sql/pglite";
import { NodeFS } from "@electric-sql/pglite/nodefs";
import { FlushedFiles, flushFile, flushFolder } from "./embedded-files.ts";
import { type Durability, engineParts, parsers, startParameters } from "./embedded-settings.ts";
import { copyTemplate, forgetTemplate, readTemplateArchive } from "./embedded-template.ts";

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
  const template = await readTemplateArchive();
  if (template === undefined) return PGlite.create(options);
  try {
    return await PGlite.create({ ...options, loadDataDir: template });
  } catch {
    await forgetTemplate();
    return PGlite.create(options);
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

/** The engine has flushed nothing yet; once it is set up, all of it is flushed at once. */
async function setUp(dataDir: string, durability: Durability): Promise<PGlite> {
  try {
    if (await copyTemplate(dataDir)) return await PGlite.create(await optionsOn(dataDir, durability));
  } catch {
    await forgetTemplate();
    await rm(dataDir, { recursive: true, force: true });
  }
  return PGlite.create(await optionsOn(dataDir, durability));
}

async function exists(file: string): Promise<boolean> {
  try {
    await stat(file);
    return true;
  } catch {
    return false;
  }
}
