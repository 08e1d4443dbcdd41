/** What every handler and every piece of background work is given. Built once, when the ledger opens. */
import type { PostingContext } from "./posting/context.ts";
import type { OnFault } from "./posting/failures.ts";
import type { Instant } from "./rules/times.ts";
import type { BalanceRow } from "./store/balances.ts";
import type { TransactionalDatabase } from "./store/database.ts";

/** Everything a handler may use. */
export interface LedgerContext extends PostingContext {
  /** For changes of rows that somebody else may keep locked; see `Engine`. */
  readonly changes: TransactionalDatabase;
  /** Hears of faults that are nobody's refusal. */
  readonly onFault: OnFault;
  /** One balance as it stands; those asked for at once are read in one statement. */
  readonly findBalance: (id: string) => Promise<BalanceRow | undefined>;
  /** The 32 bytes tokenization needs; absent when it is disabled. */
  readonly tokenizationSecret: Uint8Array | undefined;
  /** Aborted when the ledger closes: what takes long gives up then, and begins anew when it is opened again. */
  readonly closing: AbortSignal;
}

/**
 * A clock for rows: the given clock's time, pushed on by a microsecond where it would not be later than the
 * last one told.
 */
export function createTimekeeper(clock: () => Date): () => Instant {
  let last = 0n;
  return () => {
    const present = BigInt(clock().getTime()) * 1_000_000n;
    last = present > last ? present : last + 1000n;
    return { nanoseconds: last, offsetMinutes: 0 };
  };
}
