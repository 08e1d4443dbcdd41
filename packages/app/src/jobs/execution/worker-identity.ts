/**
 * Who holds a lease, told so that a later process can see that the holder is dead without waiting for the lease to
 * run out: a user whose app was killed does not wait a minute for his run to go on.
 *
 * A process is named by where its id means something (host, boot, process namespace), its id, and when it started,
 * since ids are used again. Only certain death counts; everything else waits for the lease.
 */
import { randomUUID } from "node:crypto";
import { readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";

type Identity = {
  readonly host: string;
  readonly boot: string;
  readonly namespace: string;
  readonly processId: number;
  /** Clock ticks since boot; empty where the system does not tell. */
  readonly started: string;
  readonly nonce: string;
};

/** Workers of this very process: two apps can live in one. */
const aliveHere = new Set<string>();

/** Names a new worker of this process; `retire` says that it works no more. */
export function createWorkerIdentity(): { readonly worker: string; retire(): void } {
  const worker = JSON.stringify({
    host: hostname(),
    boot: read("/proc/sys/kernel/random/boot_id"),
    namespace: readLink("/proc/self/ns/pid"),
    processId: process.pid,
    started: startOf(process.pid) ?? "",
    nonce: randomUUID(),
  } satisfies Identity);
  aliveHere.add(worker);
  return { worker, retire: () => void aliveHere.delete(worker) };
}

/** Whether a worker is certainly dead, as seen from this process. */
export function isDead(worker: string): boolean {
  if (aliveHere.has(worker)) return false;
  const identity = parse(worker);
  if (identity === undefined || identity.host !== hostname()) return false;
  const boot = read("/proc/sys/kernel/random/boot_id");
  if (identity.boot !== boot) return identity.boot !== "" && boot !== "";
  if (identity.namespace !== readLink("/proc/self/ns/pid")) return false;
  // The id is ours now, so whoever had it is gone (or a retired worker of our own).
  if (identity.processId === process.pid) return true;
  if (identity.started === "") return !isRunning(identity.processId);
  return startOf(identity.processId) !== identity.started;
}

function parse(worker: string): Identity | undefined {
  try {
    return JSON.parse(worker) as Identity;
  } catch {
    // Written by another version; its lease decides.
    return undefined;
  }
}

/** The 22nd field of Linux's process status; undefined when there is no such process or no such file system. */
function startOf(processId: number): string | undefined {
  const status = read(`/proc/${processId}/stat`);
  // The second field is the command in parentheses and may hold anything, so count from its end.
  const fields = status.slice(status.lastIndexOf(")") + 2).split(" ");
  const [state] = fields;
  if (state === undefined || state === "" || state === "Z" || state === "X") return undefined;
  return fields[19];
}

function isRunning(processId: number): boolean {
  try {
    process.kill(processId, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== "ESRCH";
  }
}

function read(path: string): string {
  try {
    return readFileSync(path, "utf8").trim();
  } catch {
    // Not Linux, or no such process.
    return "";
  }
}

function readLink(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return "";
  }
}
