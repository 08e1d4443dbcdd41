/**
 * Balances remembered from earlier commits, so that the usual posting needs one statement and no reading.
 * A remembered balance may be out of date (another process, a correction by hand); what is written on its
 * ground is written only if it still holds, and nothing is ever refused on it.
 */
import type { Book } from "../rules/funds.ts";
import { type KnownIndicators, namedBalances } from "./load.ts";
import { RecentMap } from "./recent-map.ts";
import type { Loaded } from "./sheet.ts";
import { isHoldMovement, type Order } from "./types.ts";

const maximumRemembered = 50_000;

/** Remembered balances. */
export interface Memory {
  /** What the orders start from, or undefined when that has to be loaded. */
  recall(orders: readonly Order[], indicators: KnownIndicators): Loaded | undefined;
  /** Takes balances as a commit left them; commits may be heard of in another order than they were made. */
  learn(books: readonly Book[]): void;
  forget(orders: readonly Order[], indicators: KnownIndicators): void;
}

export function createMemory(): Memory {
  const remembered = new RecentMap<Book>(maximumRemembered);
  return {
    recall(orders, indicators) {
      // Holds are always read: what remains of one is not remembered.
      if (orders.some(({ movements }) => movements.some(isHoldMovement))) return undefined;
      const books = new Map<string, Book>();
      for (const id of namedBalances(orders, indicators)) {
        const book = remembered.get(id);
        if (book === undefined) return undefined;
        books.set(id, book);
      }
      return { books, usedReferences: new Set(), holds: new Map(), indicators };
    },
    learn(books) {
      for (const book of books) {
        const known = remembered.get(book.balanceId);
        if (known === undefined || known.version <= book.version) remembered.set(book.balanceId, book);
      }
    },
    forget(orders, indicators) {
      for (const id of namedBalances(orders, indicators)) remembered.delete(id);
    },
  };
}
