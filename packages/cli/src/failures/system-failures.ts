/** Failures of the operating system: ports, disks, files. */
import type { Explanation, Facts } from "./facts.ts";

/** The embedded engine has numbers of its own for what Node names. */
const engineCodes: Readonly<Record<number, string>> = {
  2: "EACCES",
  20: "EEXIST",
  29: "EIO",
  31: "EISDIR",
  44: "ENOENT",
  51: "ENOSPC",
  54: "ENOTDIR",
  69: "EROFS",
};

const anotherFolder = "or name a folder elsewhere with --data";

type Wording = (place: string, facts: Facts) => Explanation;

const wordings: Readonly<Record<string, Wording>> = {
  EADDRINUSE: (_, { port }) => ({
    what: `Port ${port ?? ""} is in use.`.replace("  ", " "),
    next: "Stop what uses it, or take another one (--port N; 0 takes a free one).",
  }),
  ENOSPC: (place) => ({
    what: `The disk is full: ${place} could not be written.`,
    next: `Free some space, ${anotherFolder}.`,
  }),
  EROFS: (place) => ({
    what: `${place} cannot be written: its disk is read-only.`,
    next: "Name a folder elsewhere with --data.",
  }),
  EACCES: (place) => ({
    what: `This user may not use ${place}.`,
    next: `Give it the right to, ${anotherFolder}.`,
  }),
  ENOENT: (place) => ({
    what: `There is no ${place}.`,
    next: "Check the path, and make it where it is missing.",
  }),
  ENOTDIR: (place) => ({
    what: `${place} cannot be a folder: a file has that name, or one above it.`,
    next: "Name another folder.",
  }),
  EEXIST: (place) => ({
    what: `${place} is a file, where a folder is wanted.`,
    next: "Name another folder.",
  }),
  EISDIR: (place) => ({ what: `${place} is a folder, where a file is wanted.`, next: "Name a file in it." }),
  EIO: (place) => ({
    what: `The disk failed while ${place} was read or written.`,
    next: "Look at the system's log, and at the disk.",
  }),
  EMFILE: () => ({
    what: "This process may not open any more files.",
    next: "Raise the limit (ulimit -n), and start again.",
  }),
};

export function explainSystemFailure(facts: Facts): Explanation | undefined {
  const code = facts.name === "ErrnoError" ? engineCodes[facts.errno ?? 0] : facts.code;
  if (code === "EACCES" && facts.syscall === "listen") {
    return { what: `Port ${facts.port ?? ""} may not be used by this user.`, next: "Take one above 1023." };
  }
  const wording = wordings[code === "EPERM" ? "EACCES" : (code ?? "")];
  return wording?.(facts.path ?? "a file of the data folder", facts);
}
