/** The process of an app: which program, with which environment. */
import { type ChildProcess, type SpawnOptions, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import type { AppPackage, StartCommand } from "./app-package.ts";

// By its name in the package, which is a source in the repository and JavaScript where it is installed.
const endWithParent = import.meta.resolve("@annex/cli/end-with-parent");
const stopTimeLimit = 10_000;

/** Starts an app, listening on a port, in a process that ends with this one. */
export function startChild(
  app: AppPackage,
  port: number,
  environment: Readonly<Record<string, string>>,
): ChildProcess {
  const { program, args } = childProgram(app.start);
  return spawn(program, args, childOptions(app, port, environment));
}

/** Ends it as an operator does, and by force when it takes too long. */
export async function endChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  signal(child, "SIGTERM");
  const timer = setTimeout(() => signal(child, "SIGKILL"), stopTimeLimit);
  await ended;
  clearTimeout(timer);
}

/** Ends it at once, also while this process ends: what it has stored can be taken away then. */
export function killChild(child: ChildProcess): void {
  signal(child, "SIGKILL");
}

/** To the whole group: what a shell has started ends with it. */
function signal(child: ChildProcess, name: NodeJS.Signals): void {
  if (process.platform === "win32" || child.pid === undefined) {
    child.kill(name);
    return;
  }
  try {
    process.kill(-child.pid, name);
  } catch {
    // Gone by itself meanwhile.
  }
}

function childProgram(start: StartCommand): { readonly program: string; readonly args: readonly string[] } {
  if (start.kind === "node")
    return { program: process.execPath, args: ["--import", endWithParent, ...start.args] };
  return process.platform === "win32"
    ? { program: "cmd.exe", args: ["/d", "/s", "/c", start.line] }
    : { program: "/bin/sh", args: ["-c", start.line] };
}

function childOptions(
  app: AppPackage,
  port: number,
  environment: Readonly<Record<string, string>>,
): SpawnOptions {
  // What a shell starts is told by the environment to end with this process.
  const nodeOptions = `${process.env["NODE_OPTIONS"] ?? ""} --import=${endWithParent}`.trim();
  return {
    cwd: app.directory,
    env: {
      ...process.env,
      PATH: searchPath(app.directory),
      ...(app.start.kind === "shell" ? { NODE_OPTIONS: nodeOptions } : {}),
      ...environment,
      PORT: String(port),
    },
    stdio: ["pipe", "pipe", "inherit"],
    // A group of its own: a Ctrl-C at the terminal is for the command, which then ends the apps in order.
    detached: process.platform !== "win32",
  };
}

/** This Node first, then the programs of installed packages, from the app's folder upwards. */
export function searchPath(directory: string): string {
  const folders = [dirname(process.execPath)];
  for (let folder = directory; ; folder = dirname(folder)) {
    const programs = join(folder, "node_modules", ".bin");
    if (existsSync(programs)) folders.push(programs);
    if (folder === dirname(folder)) break;
  }
  return [...folders, process.env["PATH"] ?? ""].join(delimiter);
}
