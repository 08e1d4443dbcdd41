/**
 * The way into every root command, on nothing but Node 20 and npm: installs what
 * is missing, builds the web pages whose sources changed, then hands over to the
 * repository's own Node (an npm package), so that a system Node too old for the
 * code does not matter. Plain JavaScript without dependencies, because it runs first.
 *
 *   node scripts/run.mjs start|test|bench|check|kills|build [arguments passed through]
 */
import { spawn } from "node:child_process";
import { buildPages } from "./build-pages.mjs";
import { checkRepository } from "./check.mjs";
import { ensureInstalled, repositoryNode } from "./install.mjs";
import { root } from "./paths.mjs";

const [command, ...rest] = process.argv.slice(2);

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
  kills: () => handOver("tests/kills/main.ts", rest),
  build: async () => {
    await buildPages();
    return 0;
  },
};

/** Runs a script on the repository's Node; resolves with its exit code. Signals reach it as they reach us. */
function handOver(script, args) {
  const child = spawn(repositoryNode(), [script, ...args], { cwd: root, stdio: "inherit" });
  for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => child.kill(signal));
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code, signal) => resolve(code ?? (signal === null ? 1 : 128)));
  });
}

const run = commands[command];
if (run === undefined) {
  console.error(`Unknown command "${command ?? ""}". Use one of: ${Object.keys(commands).join(", ")}.`);
  process.exit(2);
}
await ensureInstalled();
process.exit(await run());
