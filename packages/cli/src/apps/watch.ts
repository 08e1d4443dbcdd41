/** Tells when an app's sources changed, and nothing of what the app writes itself. */
import { sep } from "node:path";

/** Editors save in several steps, and a checkout changes many files. */
const settleMilliseconds = 150;

const notSources = new Set(["node_modules", "dist", "data", "coverage", "build"]);

/** Calls back after each change from now on; the result ends it. */
export async function watchSources(directory: string, onChange: () => void): Promise<() => Promise<void>> {
  const { watch } = await import("chokidar");
  let timer: NodeJS.Timeout | undefined;
  const watcher = watch(directory, {
    ignoreInitial: true,
    followSymlinks: false,
    ignored: (path) => isIgnored(path.slice(directory.length)),
  });
  await new Promise<void>((resolve) => watcher.once("ready", () => resolve()));
  watcher.on("all", () => {
    clearTimeout(timer);
    timer = setTimeout(onChange, settleMilliseconds);
  });
  return async () => {
    clearTimeout(timer);
    await watcher.close();
  };
}

/** By the path inside the app's folder. */
export function isIgnored(path: string): boolean {
  const names = path.split(sep).filter((name) => name !== "");
  const hidden = names.some((name) => name.startsWith(".") && name !== ".env");
  return hidden || names.some((name) => notSources.has(name)) || /\.(db|db-wal|db-shm|log)$/.test(path);
}
