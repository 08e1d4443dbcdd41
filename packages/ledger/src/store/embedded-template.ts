/**
 * The template: an empty database, set up once and kept beside the installed packages, because setting one up takes
 * the engine seconds and hundreds of megabytes. A process of its own makes it; later databases begin as a copy, on a
 * disk file by file, in memory from one archive. Where the folder can't be written, each start just takes longer.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { constants } from "node:fs";
import { cp, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { PGlite } from "@electric-sql/pglite";
import { NodeFS } from "@electric-sql/pglite/nodefs";
import { makeDirectory } from "./directory.ts";
import { engineParts, parsers, partsAsOptions, startParameters } from "./embedded-settings.ts";

/** Where it lies: a folder as it is on a disk, and the same as an archive. The folder comes last. */
interface Place {
  readonly folder: string;
  readonly archive: string;
}

/** In the packages' own cache folder, by the engine's version. */
async function placeOf(): Promise<Place> {
  const packageFolder = dirname(dirname(createRequire(import.meta.url).resolve("@electric-sql/pglite")));
  const { version } = JSON.parse(await readFile(join(packageFolder, "package.json"), "utf8")) as {
    version: string;
  };
  const folder = join(packageFolder, "..", "..", ".cache", "annex-ledger", `postgres-${version}`);
  return { folder, archive: `${folder}.tar` };
}

/** Copies the template into a folder that is not there yet. @returns false where there is none to be had. */
export async function copyTemplate(dataDir: string): Promise<boolean> {
  const place = await readyPlace();
  if (place === undefined) return false;
  // A file system that can share the blocks of two files does.
  await cp(place.folder, dataDir, { recursive: true, mode: constants.COPYFILE_FICLONE });
  return true;
}

/** The template as an archive; nothing where there is none to be had. */
export async function readTemplateArchive(): Promise<Blob | undefined> {
  const place = await readyPlace();
  return place === undefined ? undefined : new Blob([await readFile(place.archive)]);
}

/** A template that can't be used is of no use to anybody. */
export async function forgetTemplate(): Promise<void> {
  const { folder, archive } = await placeOf();
  for (const path of [folder, archive]) await rm(path, { recursive: true, force: true });
  making = undefined;
}

let making: Promise<void> | undefined;

async function readyPlace(): Promise<Place | undefined> {
  try {
    const place = await placeOf();
    if (await isThere(place.folder)) return place;
    making ??= makeApart();
    await making;
    return (await isThere(place.folder)) ? place : undefined;
  } catch {
    return undefined;
  }
}

async function isThere(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch {
    return false;
  }
}

/** Runs this file as a program; what it takes of memory goes with it. */
async function makeApart(): Promise<void> {
  const child = spawn(process.execPath, [fileURLToPath(import.meta.url)], { stdio: "ignore" });
  await once(child, "exit");
}

/** Sets up an empty database and keeps it; two programs that do so at once do not disturb each other. */
async function makeTemplate(): Promise<void> {
  const { folder, archive } = await placeOf();
  const unfinished = `${folder}.${process.pid}`;
  try {
    makeDirectory(dirname(folder));
    const engine = await PGlite.create({
      fs: new NodeFS(unfinished),
      parsers,
      startParams: startParameters("unflushed"),
      ...partsAsOptions(await engineParts()),
    });
    await engine.exec("CHECKPOINT");
    const whole = await engine.dumpDataDir("none");
    await writeFile(`${unfinished}.tar`, new Uint8Array(await whole.arrayBuffer()));
    await engine.close();
    await rename(`${unfinished}.tar`, archive);
    await rename(unfinished, folder);
  } finally {
    for (const path of [unfinished, `${unfinished}.tar`]) await rm(path, { recursive: true, force: true });
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await makeTemplate();
