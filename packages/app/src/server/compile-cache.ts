import { enableCompileCache, flushCompileCache } from "node:module";
import { fileURLToPath } from "node:url";

// Beside the code and as trusted as it: what could write here could change the code itself.
const directory = fileURLToPath(new URL("../../node_modules/.cache/compiled", import.meta.url));
const flushAfterMilliseconds = 2000;

/**
 * Keeps what Node makes of the sources (types stripped, code compiled) for the next
 * start, which takes half the time then. Where the directory cannot be written
 * nothing is kept and nothing else changes. `NODE_COMPILE_CACHE` and
 * `NODE_DISABLE_COMPILE_CACHE` have their usual meaning.
 */
export function keepCompiled(): void {
  enableCompileCache(directory);
  // Node writes at the end of a process, which one that is killed does not reach.
  setTimeout(flushCompileCache, flushAfterMilliseconds).unref();
}
