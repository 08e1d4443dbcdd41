/**
 * The way into every root command, on nothing but Node 20 and npm: installs what
 * is missing, builds the web pages whose sources changed, then hands over to the
 * repository's own Node (an npm package), so that a system Node too old for the
 * code does not matter. Plain JavaScript without dependencies, because it runs first.
 *
 *   node scripts/run.mjs start|test|bench|check|check-apps|api|docs|pack|kills|build [arguments passed through]
 */
import { buildPages } from "./build-pages.mjs";
import { checkRepository } from "./check.mjs";
import { handOver as handOverIn } from "./hand-over.mjs";
import { ensureInstalled } from "./install.mjs";
import { root } from "./paths.mjs";

const [command, ...rest] = process.argv.slice(2);

const handOver = (script, args) => handOverIn(script, args, root);

const commands = {
  start: async () => {
    await buildPages();
    return handOver("packages/cli/src/main.ts", ["dev", ...rest]);
  },
  test: async () => {
    await buildPages();
    return handOver("node_modules/vitest/vitest.mjs", ["run", ...rest]);
  },
  bench: async () => {
    await buildPages();
    return handOver("bench/src/main.ts", rest);
  },
  check: () => checkRepository(handOver),
  api: () => handOver("scripts/api/main.ts", rest),
  docs: async () => {
    if (rest[0] === "pictures") await buildPages();
    return handOver("scripts/docs/main.ts", rest);
  },
  pack: async () => {
    await buildPages();
    // Packing needs packages, and this file runs before any is installed.
    const { packPackages } = await import("./pack/index.mjs");
    return packPackages();
  },
  "check-apps": async () => {
    await buildPages();
    return handOver("tests/checked-apps/main.ts", rest);
  },
  kills: () => handOver("tests/kills/main.ts", rest),
  build: async () => {
    await buildPages();
    return 0;
  },
};

const run = commands[command];
if (run === undefined) {
  console.error(`Unknown command "${command ?? ""}". Use one of: ${Object.keys(commands).join(", ")}.`);
  process.exit(2);
}
await ensureInstalled();
process.exit(await run().catch(explained));

/** What went wrong is in the message; where in these scripts, nobody needs to know. */
function explained(error) {
  console.error(error instanceof Error ? error.message : error);
  return 1;
}
