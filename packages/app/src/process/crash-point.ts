/**
 * For the kill tests: ends the process, as a power cut would, at a named line.
 * `ANNEX_CRASH_AT=after-commit:3` dies when that line is passed the third time.
 * Refused in production; without the variable a point costs one empty call.
 */
export type CrashPoint = (name: CrashPointName | (string & {})) => void;

/** The points of the framework, in the order an event passes them. The jobs have further ones. */
export type CrashPointName =
  | "event-accepted"
  | "before-commit"
  | "after-commit"
  | "before-erase"
  | "after-erase"
  | "before-answer";

/** The hook for a setting such as `after-commit:3`; without one, a point that does nothing. */
export function createCrashPoint(crashAt: string | undefined): CrashPoint {
  if (crashAt === undefined) return () => undefined;
  const [wanted, passing = "1"] = crashAt.split(":");
  let left = Number(passing);
  return (name) => {
    if (name !== wanted) return;
    left -= 1;
    if (left === 0) process.kill(process.pid, "SIGKILL");
  };
}
