/**
 * Builds each web page of the repository with Vite, when its sources differ from
 * those of the last build. The fingerprint lies beside the build it belongs to.
 */
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { repositoryNode } from "./install.mjs";
import { root } from "./paths.mjs";

/** Folders whose sources go into every page besides its own. */
const sharedSources = ["packages/protocol/src", "packages/ui/src", "packages/portal/src"];

export async function buildPages() {
  const stale = pageFolders().filter((folder) => fingerprintOf(folder) !== lastFingerprint(folder));
  await Promise.all(stale.map(build));
}

function pageFolders() {
  const apps = readdirSync(join(root, "apps")).map((name) => `apps/${name}/pages`);
  return ["packages/sandbox/dashboard", ...apps].filter((folder) =>
    existsSync(join(root, folder, "index.html")),
  );
}

function fingerprintOf(folder) {
  const hash = createHash("sha256");
  const files = [folder, ...sharedSources].flatMap(filesBelow).filter((file) => !file.includes(".test."));
  for (const file of [...files, join(root, "package-lock.json")]) {
    hash.update(relative(root, file)).update("\0").update(readFileSync(file)).update("\0");
  }
  // An app's pages may import types and schemas from the app's own sources.
  const appSources = join(root, folder, "..", "src");
  if (folder.startsWith("apps/"))
    for (const file of filesBelow(relative(root, appSources))) hash.update(readFileSync(file));
  return hash.digest("hex");
}

function filesBelow(folder) {
  const absolute = join(root, folder);
  if (!existsSync(absolute)) return [];
  return readdirSync(absolute, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => !/[\\/](dist|node_modules)[\\/]/.test(file))
    .sort();
}

function fingerprintFile(folder) {
  return join(root, folder, "dist", ".sources");
}

function lastFingerprint(folder) {
  return existsSync(fingerprintFile(folder)) ? readFileSync(fingerprintFile(folder), "utf8") : undefined;
}

function build(folder) {
  console.log(`Building ${folder} …`);
  const fingerprint = fingerprintOf(folder);
  const vite = join(root, "node_modules", "vite", "bin", "vite.js");
  const child = spawn(repositoryNode(), [vite, "build", folder, "--logLevel", "warn"], {
    cwd: root,
    stdio: ["ignore", "inherit", "inherit"],
  });
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code) => {
      if (code !== 0) return reject(new Error(`Building ${folder} failed; the message stands above.`));
      writeFileSync(fingerprintFile(folder), fingerprint);
      resolve();
    });
  });
}
