/**
 * Balances that somebody else keeps locked. They are looked at again every now and then without waiting, so that the
 * orders that need them occupy no connection, and all others go on.
 */
import type { SqlDatabase } from "../store/database.ts";
import { lockedElsewhere } from "../store/posting.ts";

/** The locks of others. */
export interface LockWatch {
  has(balanceId: string): boolean;
  /** Looks which of these balances are locked, and watches them until they are free. */
  look(balanceIds: readonly string[]): Promise<void>;
}

const lookAgainMilliseconds = 25;

/** `onLooked` hears whenever the locks were looked at again. */
export function createLockWatch(database: SqlDatabase, onLooked: () => void): LockWatch {
  const locked = new Set<string>();
  let isWatching = false;

  async function lookAgain(): Promise<void> {
    await renew([...locked]);
    isWatching = false;
    watch();
    onLooked();
  }

  async function renew(ids: readonly string[]): Promise<void> {
    // A database that can't be asked has no locks; the orders will find out what it has instead.
    const still = await lockedElsewhere(database, ids).catch(() => []);
    for (const id of ids) locked.delete(id);
    for (const id of still) locked.add(id);
  }

  function watch(): void {
    if (locked.size === 0 || isWatching) return;
    isWatching = true;
    setTimeout(() => void lookAgain(), lookAgainMilliseconds);
  }

  return {
    has: (balanceId) => locked.has(balanceId),
    async look(balanceIds) {
      await renew([...new Set(balanceIds)]);
      watch();
    },
  };
}
