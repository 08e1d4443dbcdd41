/**
 * The servers as they are deployed: the packages as `npm run pack` builds them, and
 * each entry as JavaScript. Run from their sources, all of them would carry Node's own
 * compiler along, and what starts fast or stays small could not be told.
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { stripTypeScriptTypes } from "node:module";
import { dirname, join, resolve } from "node:path";

const root = resolve(import.meta.dirname, "../../..");
const sources = import.meta.dirname;
const built = join(root, "dist", "bench");

/** Builds what has changed; returns the folder in which each source of this one has its JavaScript. */
export function buildServers(): string {
  const packed = spawnSync(process.execPath, [join(root, "scripts", "run.mjs"), "pack"], {
    encoding: "utf8",
  });
  if (packed.status !== 0) throw new Error(`The packages could not be built: ${packed.stderr}`);
  rmSync(built, { recursive: true, force: true });
  linkPackages();
  for (const name of [
    "framework.ts",
    "events.ts",
    ...readdirSync(join(sources, "comparators")).map(ofComparators),
  ])
    writeScript(name);
  return built;
}

function ofComparators(name: string): string {
  return join("comparators", name);
}

/** Nearer than the workspace's own links, so that the packages find each other as built ones too. */
function linkPackages(): void {
  const stage = join(root, "dist", "stage");
  const links = join(root, "dist", "node_modules", "@annex");
  rmSync(links, { recursive: true, force: true });
  mkdirSync(links, { recursive: true });
  for (const name of readdirSync(stage)) symlinkSync(join(stage, name), join(links, name));
}

function writeScript(name: string): void {
  const target = join(built, name.replace(/\.ts$/, ".js"));
  mkdirSync(dirname(target), { recursive: true });
  const script = stripTypeScriptTypes(readFileSync(join(sources, name), "utf8"));
  writeFileSync(target, script.replaceAll(/(from "\.[^"]+)\.ts"/g, '$1.js"'));
}
