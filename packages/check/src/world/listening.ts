/** Where processes listen, as Linux tells: for the sentence that says why nothing answers where an app should. */
import { readdirSync, readFileSync, readlinkSync } from "node:fs";

/**
 * The ports on which any of these processes takes connections.
 *
 * @returns none where the system doesn't tell.
 * @example
 * ```ts
 * portsOf([process.pid]); // [3000]
 * ```
 */
export function portsOf(processes: readonly number[]): readonly number[] {
  const own = new Set(processes.flatMap(socketsOf));
  const ports = ["tcp", "tcp6"]
    .flatMap(listeners)
    .filter(({ socket }) => own.has(socket))
    .map(({ port }) => port);
  return [...new Set(ports)].toSorted((left, right) => left - right);
}

/** A process that has ended has none. */
function socketsOf(id: number): readonly string[] {
  const folder = `/proc/${id}/fd`;
  try {
    return readdirSync(folder).flatMap((name) => socketBehind(`${folder}/${name}`));
  } catch {
    return [];
  }
}

/** What is closed meanwhile is none. */
function socketBehind(link: string): readonly string[] {
  try {
    const socket = /^socket:\[(\d+)\]$/.exec(readlinkSync(link))?.[1];
    return socket === undefined ? [] : [socket];
  } catch {
    return [];
  }
}

const listens = "0A";

/** Each line of the system's table: its second word is the address and port, the fourth the state, the tenth the socket. */
function listeners(table: string): readonly { readonly port: number; readonly socket: string }[] {
  try {
    return readFileSync(`/proc/net/${table}`, "latin1")
      .split("\n")
      .map((line) => line.trim().split(/\s+/))
      .filter(([, , , state]) => state === listens)
      .map(([, address = "", , , , , , , , socket = ""]) => ({
        port: Number.parseInt(address.slice(address.lastIndexOf(":") + 1), 16),
        socket,
      }));
  } catch {
    return [];
  }
}
