/** Options that take the address of a PostgreSQL server. */
import { namesServer } from "@annex/protocol/words";
import { CommandError } from "../failures/index.ts";

/** Refuses what names no server: without a host it would be whichever listens on this machine. */
export function refuseNoServer(option: string, address: string): void {
  if (namesServer(address, process.env)) return;
  // The value stays unsaid: what is wrong in it may stand beside a password.
  throw new CommandError(
    `${option} is no address of a PostgreSQL server.`,
    "Give it as postgres://user:password@host/database.",
  );
}
