/** The `annex` command out of a clone, from whatever folder: see packages/cli/bin/annex.mjs. */
import { buildPages } from "./build-pages.mjs";
import { handOver } from "./hand-over.mjs";
import { ensureInstalled } from "./install.mjs";

/** The commands that serve the dashboard. */
const withPages = new Set(["dev", "cloud"]);

/** Runs the command in the caller's folder; resolves with its exit code. */
export async function runInClone(main, args) {
  ensureInstalled();
  if (withPages.has(args[0])) await buildPages();
  return handOver(main, args, process.cwd());
}
