/** A disk that takes nothing more: the running processes may write no file from now on. Linux alone. */
import { execFileSync } from "node:child_process";

/** Lets the processes write files again. */
export type Room = () => void;

/**
 * @returns nothing where the system has no `prlimit`.
 */
export function fillDisk(processes: readonly number[]): Room | undefined {
  if (processes.length === 0 || !limit(processes, "1")) return undefined;
  return () => limit(processes, "unlimited");
}

/** The soft limit alone, so that it can be lifted again. */
function limit(processes: readonly number[], bytes: string): boolean {
  const set = processes.filter((id) => {
    try {
      execFileSync("prlimit", ["--pid", String(id), `--fsize=${bytes}:`], { stdio: "ignore" });
      return true;
    } catch {
      // It has ended meanwhile, or there is no such command.
      return false;
    }
  });
  return set.length > 0;
}
