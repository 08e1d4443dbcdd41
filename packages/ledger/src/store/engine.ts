/**
 * The database as a ledger uses it: one way in for postings, one for changes of what is no posting, and one for
 * everything else. On a server these are connections of their own, so that no slow read stands in the way of a posting
 * and no locked row in the way of a read; the embedded engine has but one.
 */
import type { TransactionalDatabase } from "./database.ts";
import { openEmbeddedDatabase } from "./embedded.ts";
import type { Durability } from "./embedded-settings.ts";
import { waitingOutside } from "./locked-rows.ts";
import { openServerDatabase, type ServerOptions } from "./server.ts";

/** Where a ledger keeps its books. */
export type LedgerDatabase =
  | {
      readonly kind: "embedded";
      /** A directory of the ledger's own; absent keeps everything in memory. */
      readonly directory?: string;
      /**
       * Flushes each commit to the disk before it is answered, so that it survives a power cut. On unless this is
       * false, or `ANNEX_LEDGER_FLUSH` is `off` in the environment.
       */
      readonly flush?: boolean;
      /**
       * Whether the engine of a directory has a thread of its own. Unless this is false it has: requests are read and
       * answered while it works and flushes. Without one it takes some 40 MB less, and a statement stops the process.
       */
      readonly thread?: boolean;
    }
  | {
      readonly kind: "server";
      /** `postgres://user:password@host:port/database` */
      readonly url: string;
    };

/** An open engine. */
export interface Engine {
  /** For reads, and for rows of the ledger's own that nobody else locks. */
  readonly database: TransactionalDatabase;
  /**
   * For changes of ledgers, balances, identities and the like that are no postings: whoever finds such a row locked
   * waits for it, and holds up nobody else. Work in a transaction may be done anew, so it may have no effects elsewhere.
   */
  readonly changes: TransactionalDatabase;
  /** For postings. */
  readonly posting: TransactionalDatabase;
  /** How many commits may be on their way: the embedded engine makes one after the other. */
  readonly commitsAtOnce: number;
  /** How many statements that read single rows are sent at once; who asks meanwhile shares the next one. */
  readonly readsAtOnce: number;
  close(): Promise<void>;
}

const serverCommitsAtOnce = 4;
const serverReadsAtOnce = 4;
/** A posting holds a connection no longer than this when somebody else has its balances; it then waits outside. */
const lockMilliseconds = 50;
/** All but one are for those that come, and half of them, of which one is nobody else's, for those that look again. */
const changingConnections = 4;
/** A change holds its connection no longer than this: many may want the same row. */
const changeLockMilliseconds = 20;

function durabilityOf(flush = process.env["ANNEX_LEDGER_FLUSH"] !== "off"): Durability {
  return flush ? "flushed" : "unflushed";
}

/** @throws DirectoryInUse, or DatabaseError when the server refuses. */
export async function openEngine(where: LedgerDatabase): Promise<Engine> {
  if (where.kind === "embedded") {
    const database = await openEmbeddedDatabase({
      directory: where.directory,
      durability: durabilityOf(where.flush),
      thread: where.thread !== false,
    });
    const close = () => database.close();
    return { database, changes: database, posting: database, commitsAtOnce: 1, readsAtOnce: 1, close };
  }
  const opened: TransactionalDatabase[] = [];
  const open = async (options?: ServerOptions) => {
    const database = await openServerDatabase(where.url, options);
    opened.push(database);
    return database;
  };
  const close = async () => {
    await Promise.all(opened.map((database) => database.close()));
  };
  try {
    const database = await open();
    // One more than commits, for looking at locks.
    const posting = await open({ connections: serverCommitsAtOnce + 1, lockMilliseconds });
    const changing = await open({
      connections: changingConnections,
      lockMilliseconds: changeLockMilliseconds,
    });
    return {
      database,
      changes: waitingOutside(changing, {
        firstAtOnce: changingConnections - 1,
        againAtOnce: changingConnections / 2,
      }),
      posting,
      commitsAtOnce: serverCommitsAtOnce,
      readsAtOnce: serverReadsAtOnce,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}
