/**
 * `npm run docs`: the guide as a static site, in `dist/docs`. The reference pages are made of the sources (`reference`,
 * `exports`), the rest is `docs/guide` as it stands; VitePress is installed in `docs` when it is not there yet.
 * `npm run docs -- pictures` takes the pictures of the dashboard instead (`pictures`).
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { packagePages } from "./exports.ts";
import { referencePages } from "./reference.ts";

const root = resolve(import.meta.dirname, "../..");
const site = join(root, "docs");

if (process.argv[2] === "pictures") {
  // Loaded here: a browser is needed for nothing else.
  const { takePictures } = await import("./pictures.ts");
  await takePictures();
} else await buildSite();

async function buildSite(): Promise<void> {
  install();
  const pages = { ...referencePages(), ...(await packagePages()) };
  const folder = join(root, "docs", "guide", "reference");
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of Object.entries(pages)) writeFileSync(join(folder, `${name}.md`), text);
  const vitepress = join(site, "node_modules", "vitepress", "bin", "vitepress.js");
  run(process.execPath, [vitepress, "build", site]);
  console.log("The guide is in dist/docs: any server of static files shows it, without a network.");
}

/** When what is installed is not what the lock file says. */
function install(): void {
  const wanted = readFileSync(join(site, "package-lock.json"), "utf8");
  const marker = join(site, "node_modules", ".installed");
  if (existsSync(marker) && readFileSync(marker, "utf8") === wanted) return;
  run("npm", ["ci", "--prefer-offline", "--no-audit", "--no-fund", "--loglevel=error"]);
  writeFileSync(marker, wanted);
}

function run(program: string, args: readonly string[]): void {
  const { status } = spawnSync(program, args, { cwd: site, stdio: "inherit" });
  if (status !== 0) process.exit(status ?? 1);
}
