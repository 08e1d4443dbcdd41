/** Opening a ledger: database, schema, background work, and the two doors, in-process and HTTP. */
import { createTimekeeper, type LedgerContext } from "./context.ts";
import { printFault } from "./faults.ts";
import { createDoor } from "./http/door.ts";
import type { CoreRequest, CoreResponse } from "./http/exchange.ts";
import { routes, unservedRoutes } from "./http/index.ts";
import { createRouter } from "./http/router.ts";
import { type Listening, listen } from "./http/server.ts";
import type { Imitated } from "./posting/context.ts";
import { newFaultReference, type OnFault } from "./posting/failures.ts";
import { createPosting } from "./posting/index.ts";
import { toTimestampText } from "./rules/times.ts";
import { findBalances } from "./store/balances.ts";
import type { SqlDatabase } from "./store/database.ts";
import { type Engine, type LedgerDatabase, openEngine } from "./store/engine.ts";
import { readTogether } from "./store/reading-together.ts";
import { migrate } from "./store/schema.ts";
import { startUpkeep, tasksFor } from "./store/upkeep.ts";
import { createWorker } from "./worker/index.ts";

/** How a ledger is opened. */
export interface LedgerOptions {
  readonly database: LedgerDatabase;
  /** Asked for in `X-Blnk-Key`; absent leaves the ledger open to whoever reaches it. */
  readonly key?: string;
  /** 32 bytes; without them tokenization answers that it is disabled (contract section 14.2). */
  readonly tokenizationSecret?: Uint8Array;
  /** The time; for tests. */
  readonly clock?: () => Date;
  /** How long queued work is let lie before it is begun, in milliseconds (100); for tests on busy machines. */
  readonly queuePauseMilliseconds?: number;
  /** Defects of Core that are imitated; all are unless switched off (contract section 18). */
  readonly imitated?: Partial<Imitated>;
  /**
   * Hears of faults that are nobody's refusal (a 500 was answered, or background work failed), each with the
   * reference that its answer names in `error_detail.details`. They go to standard error unless told otherwise.
   */
  readonly onFault?: OnFault;
}

/** An open ledger. */
export interface Ledger {
  /** Core's HTTP API in this process. Never throws. */
  handle(request: CoreRequest): Promise<CoreResponse>;
  /** The same over HTTP; on 127.0.0.1 unless told otherwise, port 0 takes a free one. */
  listen(options: { readonly port: number; readonly host?: string }): Promise<Listening>;
  /** The books as SQL, for whoever reads them beside Core's API. */
  readonly database: SqlDatabase;
  /** Does all background work that is due by the clock, and what comes of it; for tests and orderly ends. */
  settle(): Promise<void>;
  /** Ends background work and closes the database; nothing accepted is lost. */
  close(): Promise<void>;
}

/**
 * Opens a ledger that answers like Core.
 *
 * @throws Error when the directory is in use by another process, DatabaseError when the server refuses.
 * @example
 * const ledger = await openLedger({ database: { kind: "embedded", directory: "data/ledger" } });
 * const { url } = await ledger.listen({ port: 5001 });
 */
export async function openLedger(options: LedgerOptions): Promise<Ledger> {
  const engine = await openEngine(options.database);
  try {
    await migrate(engine.database);
    return await assemble(options, engine);
  } catch (error) {
    await engine.close();
    throw error;
  }
}

async function assemble(options: LedgerOptions, engine: Engine): Promise<Ledger> {
  const { database } = engine;
  const onFault = options.onFault ?? printFault;
  const worker = createWorker({
    alone: options.database.kind === "embedded",
    pauseMilliseconds: options.queuePauseMilliseconds,
  });
  const now = createTimekeeper(options.clock ?? (() => new Date()));
  const closing = new AbortController();
  const context: LedgerContext = {
    database,
    changes: engine.changes,
    onFault,
    findBalance: readTogether((ids) => findBalances(database, ids), engine.readsAtOnce),
    now,
    closing: closing.signal,
    tokenizationSecret: options.tokenizationSecret,
    posting: createPosting(engine.posting, {
      now: () => toTimestampText(now()),
      onFault,
      commitsAtOnce: engine.commitsAtOnce,
    }),
    work: worker,
    imitated: { splitHoldsNeverExpire: true, secondRefundReapplies: true, ...options.imitated },
  };
  await worker.start(context);
  const upkeep = startUpkeep(tasksFor(options.database.kind, database), (error) =>
    onFault(error, newFaultReference()),
  );
  const router = createRouter(routes, unservedRoutes, context);
  const door = createDoor(router, options.key);
  return {
    async handle(request) {
      const entered = door.enter(request, "");
      return entered.kind === "answered"
        ? entered.answer
        : entered.answer(request.body === undefined ? [] : [request.body]);
    },
    listen: (where) => listen(door, where),
    database,
    settle: () => worker.settle(),
    async close() {
      closing.abort();
      await upkeep.stop();
      await worker.stop();
      await context.posting.idle();
      await engine.close();
    },
  };
}
