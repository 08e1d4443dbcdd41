/** Opens the two SQLite files of a data directory and brings their tables up to date. */
import { closeSync, openSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { Kysely } from "kysely";
import { SandboxStartError } from "../errors.ts";
import { type Append, appendTo } from "./appending.ts";
import { NodeSqliteDialect } from "./dialect.ts";
import { auditMigrations, stateMigrations } from "./migrations.ts";
import type { AuditTables, StateTables } from "./tables.ts";

const ownerOnly = 0o600;
/** What is deleted from the state is overwritten too: it may have been sealed, but it is nobody's any more. */
const statePragmas = "pragma synchronous = full; pragma foreign_keys = on; pragma secure_delete = on;";
const auditPragmas = "pragma synchronous = normal;";

export type StateDatabase = Kysely<StateTables>;
export type AuditDatabase = Kysely<AuditTables>;

/** An open database: its queries, and its end. */
export type OpenDatabase<Tables> = { readonly queries: Kysely<Tables>; close(): Promise<void> };

/** The audit log's file. Rows are added past the queries; nothing may hold a transaction open in it. */
export type OpenAudit = OpenDatabase<AuditTables> & {
  /** A way to add rows of these columns. */
  appendTo(columns: readonly (keyof AuditTables["audit"])[]): Append;
};

/**
 * The state: every answered change survives a power cut (write-ahead log, a flush for each commit).
 *
 * @throws SandboxStartError when the file was written by a newer version.
 */
export function openStateDatabase(path: string): OpenDatabase<StateTables> {
  return queriesOver<StateTables>(open(path, statePragmas, stateMigrations));
}

/**
 * The audit log, in a file of its own. A row is written before its call is
 * answered, so it survives the death of the process; a power cut may take the last
 * moments (no flush for each commit), which is the price of a gateway that adds
 * less than a millisecond to a call.
 *
 * @throws SandboxStartError when the file was written by a newer version.
 */
export function openAuditDatabase(path: string): OpenAudit {
  const database = open(path, auditPragmas, auditMigrations);
  return {
    ...queriesOver<AuditTables>(database),
    appendTo: (columns) => appendTo(database, "audit", columns),
  };
}

function queriesOver<Tables>(database: DatabaseSync): OpenDatabase<Tables> {
  const queries = new Kysely<Tables>({ dialect: new NodeSqliteDialect(database) });
  return {
    queries,
    close: async () => {
      await queries.destroy();
      // A database that was never asked anything is not closed by its queries.
      if (database.isOpen) database.close();
    },
  };
}

function open(path: string, pragmas: string, migrations: readonly string[]): DatabaseSync {
  // Made by us for the owner alone; SQLite gives its two companions the same mode.
  closeSync(openSync(path, "a", ownerOnly));
  const database = new DatabaseSync(path);
  // The directory is ours alone, so SQLite need not ask the system for a lock at each commit: half its cost.
  database.exec(`pragma locking_mode = exclusive; pragma journal_mode = wal; ${pragmas}`);
  migrate(database, path, migrations);
  return database;
}

function migrate(database: DatabaseSync, path: string, migrations: readonly string[]): void {
  const version = Number(database.prepare("pragma user_version").get()?.["user_version"] ?? 0);
  if (version > migrations.length) {
    database.close();
    throw new SandboxStartError(
      "data_too_new",
      `${path} was written by a newer version of Annex.`,
      "Update Annex, or start with another data directory.",
    );
  }
  migrations.slice(version).forEach((step, index) => {
    database.exec(`begin immediate; ${step} pragma user_version = ${version + index + 1}; commit;`);
  });
}
