/**
 * The template: a ledger without a row, set up once, because setting one up takes the engine seconds and hundreds of
 * megabytes. Every new ledger begins as a copy of it, on a disk or in memory.
 *
 * It is one packed file. The published package brings it along; in the repository a process of its own
 * (`embedded-template-program.ts`) makes it where it is missing. It holds for one version of the engine and one of the
 * ledger's tables, which its name says. Where there is none, each new ledger just takes longer to open.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { type PackedFile, unpackFiles } from "./embedded-packing.ts";
import { tablesVersion } from "./schema.ts";

/** Beside the built package's code, and in the repository where everything lies that is built. */
const folder = fileURLToPath(new URL("../../dist/template/", import.meta.url));
/** There in the repository alone: what is published has its template. */
const program = fileURLToPath(new URL("./embedded-template-program.ts", import.meta.url));

/** Where it lies. */
export async function templateFile(): Promise<string> {
  const enginePackage = dirname(dirname(createRequire(import.meta.url).resolve("@electric-sql/pglite")));
  const { version } = JSON.parse(await readFile(join(enginePackage, "package.json"), "utf8")) as {
    version: string;
  };
  return join(folder, `${version}-${tablesVersion}.gz`);
}

/** The files of an empty ledger; nothing where there is none to be had, or none that can be read. */
export async function readTemplate(): Promise<readonly PackedFile[] | undefined> {
  try {
    const file = await templateFile();
    if (!existsSync(file)) {
      making ??= makeApart();
      await making;
    }
    return unpackFiles(await readFile(file));
  } catch {
    return undefined;
  }
}

let making: Promise<void> | undefined;

/** What it takes of memory goes with the process. */
async function makeApart(): Promise<void> {
  if (!existsSync(program)) return;
  const child = spawn(process.execPath, [program], { stdio: "ignore" });
  await once(child, "exit");
}
