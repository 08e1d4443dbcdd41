/** Hands over to the repository's own Node, so that a system Node too old for the code does not matter. */
import { spawn } from "node:child_process";
import { repositoryNode } from "./install.mjs";

/** Runs a script on the repository's Node; resolves with its exit code. Signals reach it as they reach us, and as they reach the npm that runs us. */
export function handOver(script, args, directory) {
  const child = spawn(repositoryNode(), [script, ...args], { cwd: directory, stdio: "inherit" });
  for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => child.kill(signal));
  whenNpmIsGone(() => child.kill("SIGTERM"));
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code, signal) => resolve(code ?? (signal === null ? 1 : 128)));
  });
}

/** npm ends the shell between it and us when it is told to stop, and that shell tells nobody: we are left without a parent. */
function whenNpmIsGone(stop) {
  if (process.env.npm_lifecycle_event === undefined) return;
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(watch);
    stop();
  }, 500);
  watch.unref();
}
