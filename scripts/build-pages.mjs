/**
 * Builds each web page of the repository with Vite, when its sources differ from
 * those of the last build. The fingerprint lies beside the build it belongs to.
 */
import { spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fingerprintOf } from "./fingerprint.mjs";
import { repositoryNode } from "./install.mjs";
import { root } from "./paths.mjs";

/** Folders whose sources go into every page besides its own. */
const sharedSources = ["packages/protocol/src", "packages/ui/src", "packages/portal/src"];

export async function buildPages() {
  const stale = pageFolders().filter((folder) => fingerprint(folder) !== lastFingerprint(folder));
  await Promise.all(stale.map(build));
}

function pageFolders() {
  const apps = readdirSync(join(root, "apps")).map((name) => `apps/${name}/pages`);
  return ["packages/sandbox/dashboard", ...apps].filter((folder) =>
    existsSync(join(root, folder, "index.html")),
  );
}

function fingerprint(folder) {
  // An app's pages may import types and schemas from the app's own sources.
  const appSources = folder.startsWith("apps/") ? [join(folder, "..", "src")] : [];
  return fingerprintOf([folder, ...sharedSources, ...appSources, "package-lock.json"]);
}

function fingerprintFile(folder) {
  return join(root, folder, "dist", ".sources");
}

function lastFingerprint(folder) {
  return existsSync(fingerprintFile(folder)) ? readFileSync(fingerprintFile(folder), "utf8") : undefined;
}

function build(folder) {
  console.log(`Building ${folder} …`);
  const sources = fingerprint(folder);
  const vite = join(root, "node_modules", "vite", "bin", "vite.js");
  const child = spawn(repositoryNode(), [vite, "build", folder, "--logLevel", "warn"], {
    cwd: root,
    stdio: ["ignore", "inherit", "inherit"],
  });
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code) => {
      if (code !== 0) return reject(new Error(`Building ${folder} failed; the message stands above.`));
      writeFileSync(fingerprintFile(folder), sources);
      resolve();
    });
  });
}
