/**
 * Starting the embedded engine. Setting up an empty database takes it several seconds; the first time, the
 * result is kept beside the installed packages, and later databases begin as a copy of it.
 */
import { mkdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { PGlite, types } from "@electric-sql/pglite";

const asText = (value: string): string => value;

const parsers = {
  [types.INT8]: asText,
  [types.NUMERIC]: asText,
  [types.DATE]: asText,
  [types.TIMESTAMP]: asText,
  [types.TIMESTAMPTZ]: asText,
};

/** Starts an engine in memory. */
export async function startInMemory(): Promise<PGlite> {
  const template = await readTemplate();
  if (template === undefined) return keepTemplate(await PGlite.create({ parsers }));
  try {
    return await PGlite.create({ parsers, loadDataDir: template });
  } catch {
    return startWithoutTemplate(() => PGlite.create({ parsers }));
  }
}

/**
 * Starts an engine on a directory. A directory whose setup was cut off is set up anew: nobody had an answer
 * from it yet.
 */
export async function startOn(directory: string): Promise<PGlite> {
  const dataDir = join(directory, "postgres");
  const ready = join(directory, "ready");
  if (await exists(ready)) return PGlite.create({ dataDir, parsers });
  await rm(dataDir, { recursive: true, force: true });
  const engine = await setUp(dataDir);
  await writeFile(ready, `${new Date().toISOString()}\n`);
  return engine;
}

async function setUp(dataDir: string): Promise<PGlite> {
  const template = await readTemplate();
  if (template === undefined) return keepTemplate(await PGlite.create({ dataDir, parsers }));
  try {
    return await PGlite.create({ dataDir, parsers, loadDataDir: template });
  } catch {
    await rm(dataDir, { recursive: true, force: true });
    return startWithoutTemplate(() => PGlite.create({ dataDir, parsers }));
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
