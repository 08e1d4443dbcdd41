/**
 * The database as a ledger uses it: one way in for postings, and one for everything else. On a server these are
 * connections of their own, so that no slow read stands in the way of a posting; the embedded engine has but one.
 */
import type { TransactionalDatabase } from "./database.ts";
import { openEmbeddedDatabase } from "./embedded.ts";
import type { Durability } from "./embedded-settings.ts";
import { openServerDatabase } from "./server.ts";

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
  /** For reads, and for writes that touch no balance. */
  readonly database: TransactionalDatabase;
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
    return { database, posting: database, commitsAtOnce: 1, readsAtOnce: 1, close: () => database.close() };
  }
  const database = await openServerDatabase(where.url);
  try {
    // One more than commits, for looking at locks.
    const connections = serverCommitsAtOnce + 1;
    const posting = await openServerDatabase(where.url, { connections, lockMilliseconds });
    const close = () => Promise.all([database.close(), posting.close()]).then(() => {});
    return {
      database,
      posting,
      commitsAtOnce: serverCommitsAtOnce,
      readsAtOnce: serverReadsAtOnce,
      close,
    };
  } catch (error) {
    await database.close();
    throw error;
  }
}
