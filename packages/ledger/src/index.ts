/**
 * A ledger that answers like Blnk's Core (ledger contract, all sections), on PostgreSQL inside this process
 * or on a server. Stands alone: it may import nothing else of ours.
 *
 * Folders, in the order a request passes through them: `http` (routes, wire format) → `rules` (pure: amounts,
 * validation, funds, splits, holds, refunds, lineage, matching) → `posting` (the one path that changes
 * balances) → `store` (SQL, one file an entity); beside them `worker` (queue, schedule, expiry) and `entities` (one
 * table of fields an entity: columns, answers, filters). `rules` and `entities` import none of the others, `store` only
 * these two, `posting` only these three; none imports one that imports it.
 */
import type { SqlDatabase } from "./store/database.ts";
import { openServerDatabase } from "./store/server.ts";

export type { CoreRequest, CoreResponse } from "./http/exchange.ts";
export type { Listening } from "./http/server.ts";
export { type Ledger, type LedgerOptions, openLedger } from "./ledger.ts";
export { exportBooks } from "./moving/export.ts";
export { importBooks } from "./moving/import.ts";
export { BooksNotMoved } from "./moving/tables.ts";
export { DatabaseError, type SqlDatabase, type SqlRow } from "./store/database.ts";
export { DirectoryInUse } from "./store/directory-lock.ts";
export { OtherVersion } from "./store/embedded-engine.ts";
export type { LedgerDatabase } from "./store/engine.ts";

/**
 * Opens the PostgreSQL database of a real Core (tables in schema `blnk`), for whoever reads it with SQL.
 * Nothing is created or changed in it.
 *
 * @throws DatabaseError, or the client's error, when the server can't be reached.
 * @example const core = await openCoreDatabase("postgres://reader@localhost/blnk");
 */
export async function openCoreDatabase(url: string): Promise<SqlDatabase & { close(): Promise<void> }> {
  return openServerDatabase(url);
}
