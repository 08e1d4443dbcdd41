/**
 * `npm run pack`: what the repository runs from its TypeScript becomes packages that
 * run on an ordinary Node 22: emitted once for all (`emit`), staged one by one with
 * a package.json of their own (`manifest`, `stage`; `bundle` for those an app starts with), packed, looked at by publint,
 * and laid into `dist/packages/<name>-<version>.tgz`. Nothing is done when no source changed.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fingerprintOf } from "../fingerprint.mjs";
import { repositoryNode } from "../install.mjs";
import { root } from "../paths.mjs";
import { emit } from "./emit.mjs";
import { lintTarball } from "./lint.mjs";
import { oneAtATime } from "./one-at-a-time.mjs";
import { publicPackages } from "./public-packages.mjs";
import { stagePackage } from "./stage.mjs";

const destination = join(root, "dist", "packages");
const sourcesFile = join(destination, ".sources");

/** Packs every public package; returns an exit code. */
export async function packPackages() {
  mkdirSync(join(root, "dist"), { recursive: true });
  return oneAtATime(join(root, "dist", "packing.lock"), packWhatChanged);
}

async function packWhatChanged() {
  const sources = fingerprintOf(["packages", "templates", "scripts/pack", "package-lock.json", "LICENSE"]);
  if (existsSync(sourcesFile) && readFileSync(sourcesFile, "utf8") === sources) return 0;
  const packages = publicPackages();
  emit(packages);
  makeTemplate();
  const stages = await Promise.all(packages.map(stagePackage));
  await replaceTarballs(stages);
  writeFileSync(sourcesFile, sources);
  return 0;
}

/** The ledger's, which comes with its package: where no ledger was opened here yet, there is none. */
function makeTemplate() {
  const program = join(root, "packages", "ledger", "src", "store", "embedded-template-program.ts");
  const { status } = spawnSync(repositoryNode(), [program], { stdio: "inherit" });
  if (status !== 0) throw new Error("The ledger's template was not made; the message stands above.");
}

/** All of them or none: a folder with tarballs of two states would install, and then not work. */
async function replaceTarballs(stages) {
  const draft = `${destination}.${process.pid}`;
  mkdirSync(draft, { recursive: true });
  try {
    const tarballs = packTarballs(stages, draft);
    for (const tarball of tarballs) await lintTarball(join(draft, tarball));
    rmSync(destination, { recursive: true, force: true });
    renameSync(draft, destination);
    for (const tarball of tarballs) console.log(join("dist", "packages", tarball));
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}

/** One npm packs them all: it takes longer to start than to pack. */
function packTarballs(stages, folder) {
  const npm = spawnSync(
    "npm",
    ["pack", "--silent", "--ignore-scripts", "--pack-destination", folder, ...stages],
    {
      cwd: root,
      encoding: "utf8",
      shell: process.platform === "win32",
    },
  );
  if (npm.status !== 0) throw new Error(`npm could not pack the packages: ${npm.stderr}`);
  return npm.stdout.trim().split("\n");
}
