/** What keeps an app from starting, as the variable that is to blame and what it wants. */
import { EnvironmentError } from "./environment-error.ts";

/**
 * A failure to listen, in terms of `PORT`; anything else as it is.
 *
 * @example
 * ```ts
 * explainListening(error, 5002).message; // "PORT must be a free port, or 0 for any"
 * ```
 */
export function explainListening(error: unknown, port: number, host?: string): unknown {
  const { code } = error as NodeJS.ErrnoException;
  if (code === "EADDRINUSE")
    return new EnvironmentError(
      "PORT",
      "must be a free port, or 0 for any",
      `another program listens on port ${port}`,
    );
  if (code === "EACCES")
    return new EnvironmentError(
      "PORT",
      "must be a port that this user may listen on, such as one from 1024 on",
      `port ${port} is not allowed to this user`,
    );
  if (code === "EADDRNOTAVAIL" || code === "ENOTFOUND" || code === "EAI_AGAIN")
    return new EnvironmentError(
      "host",
      "must be an address of this machine",
      `${host ?? "the host"} is no address of this machine`,
    );
  return error;
}

/** What a server answers to a wrong name or password, a database that is not there, and to nobody at all. */
const serverFailures: Readonly<Record<string, string>> = {
  "28P01": "the server refused the password",
  "28000": "the server refused the user",
  "3D000": "the server has no such database",
  ECONNREFUSED: "nobody listens there",
  ENOTFOUND: "there is no such host",
  EAI_AGAIN: "the host's name could not be looked up",
};

function serverFailure(error: unknown): string | undefined {
  const codes = [error, (error as { readonly cause?: unknown } | undefined)?.cause].map(
    (each) => (each as { readonly code?: unknown } | undefined)?.code,
  );
  const code = codes.find((each) => typeof each === "string" && each in serverFailures);
  if (code !== undefined) return serverFailures[String(code)];
  return (error as Error).name === "StoreUnavailable" ? (error as Error).message : undefined;
}

/** A failure to open the database or a file beside it, in terms of `ANNEX_DATABASE`; anything else as it is. */
export function explainOpening(error: unknown): unknown {
  const refused = serverFailure(error);
  if (refused !== undefined)
    return new EnvironmentError(
      "ANNEX_DATABASE",
      "must be the address of a PostgreSQL server that can be used",
      refused,
    );
  const happened = openingFailure(error as NodeJS.ErrnoException & { readonly errcode?: number });
  if (happened === undefined) return error;
  return new EnvironmentError(
    "ANNEX_DATABASE",
    "must be the path of an SQLite database that can be read and written, or of a new one in a directory that can",
    happened,
  );
}

function openingFailure(error: NodeJS.ErrnoException & { readonly errcode?: number }): string | undefined {
  if (error.code === "ERR_SQLITE_ERROR") return sqliteFailures[(error.errcode ?? 0) & 0xff];
  return error.syscall === undefined ? undefined : fileFailures[error.code ?? ""];
}

/** By SQLite's primary result codes. */
const sqliteFailures: Readonly<Record<number, string>> = {
  5: "the database is locked by another program",
  6: "the database is locked by another program",
  8: "the database cannot be written",
  10: "the database cannot be read or written",
  11: "the database is damaged",
  13: "the disk of the database is full",
  14: "the database cannot be opened",
  26: "the database is a file of another kind",
};

const fileFailures: Readonly<Record<string, string>> = {
  EACCES: "the directory of the database is not allowed to this user",
  EPERM: "the directory of the database is not allowed to this user",
  EROFS: "the directory of the database cannot be written",
  ENOSPC: "the disk of the database is full",
  EDQUOT: "the disk of the database is full",
  ENOTDIR: "a part of the path of the database is a file",
  EEXIST: "a part of the path of the database is a file",
  EISDIR: "the database is a directory",
  ENOENT: "the directory of the database cannot be made",
};
