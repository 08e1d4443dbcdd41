/** Failures of a database: SQLite's and PostgreSQL's, the embedded one's and a server's. */
import type { Explanation, Facts } from "./facts.ts";

const sqliteFailures: Readonly<Record<number, Explanation>> = {
  5: {
    what: "A database of the data folder is in use.",
    next: "Stop the process that uses it, then start again.",
  },
  8: {
    what: "A database of the data folder is read-only.",
    next: "Make it writable, or name another folder with --data.",
  },
  10: {
    what: "A database of the data folder could not be read or written.",
    next: "Look whether the disk is full or failing.",
  },
  11: {
    what: "A database of the data folder is damaged.",
    next: "Put a copy of the folder back, or begin anew with --fresh.",
  },
  13: { what: "The disk is full.", next: "Free some space, or name a folder elsewhere with --data." },
  14: {
    what: "A database of the data folder cannot be opened.",
    next: "Look whether the folder is there and may be written by this user.",
  },
  26: {
    what: "A file in the data folder is not a database, though it has the name of one.",
    next: "Name another folder with --data, or begin anew with --fresh.",
  },
};

const unreachable: Explanation = {
  what: "The database server cannot be reached.",
  next: "Look whether it runs, and whether the address and the port in its URL are right.",
};

const serverFailures: Readonly<Record<string, Explanation>> = {
  ECONNREFUSED: unreachable,
  ECONNRESET: unreachable,
  ENOTFOUND: unreachable,
  EAI_AGAIN: unreachable,
  ETIMEDOUT: unreachable,
  CONNECT_TIMEOUT: unreachable,
  CONNECTION_CLOSED: unreachable,
  "28P01": { what: "The database server refuses the password.", next: "Check user and password in the URL." },
  "28000": {
    what: "The database server refuses this user.",
    next: "Check the user in the URL, and the server's pg_hba.conf.",
  },
  "3D000": {
    what: "The server has no database of that name.",
    next: "Create it, or check the name at the end of the URL.",
  },
  "42501": {
    what: "The database user lacks a right.",
    next: "Let it create and use tables in its database.",
  },
  "53100": { what: "The database server's disk is full.", next: "Free some space there, then start again." },
  "53300": {
    what: "The database server has no connection left.",
    next: "Raise its max_connections, or stop what uses them.",
  },
  "57P03": { what: "The database server is still starting.", next: "Try again in a moment." },
  ERR_INVALID_URL: {
    what: "What was given for a URL is not one.",
    next: "Give one such as postgres://user:password@host:5432/name.",
  },
};

export function explainDatabaseFailure(facts: Facts): Explanation | undefined {
  if (facts.sqlite !== undefined) return sqliteFailures[facts.sqlite];
  return serverFailures[facts.code];
}
