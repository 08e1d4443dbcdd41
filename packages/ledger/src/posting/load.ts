/** Loading what a commit starts from, locked; and what orders need to be loaded for them. */

import type { Book } from "../rules/funds.ts";
import { isStorableText } from "../rules/storable.ts";
import type { SqlDatabase } from "../store/database.ts";
import { holdFacts, type IndicatorBalance, lockBooks, readBooks, usedReferences } from "../store/posting.ts";
import { findTransactions } from "../store/transactions.ts";
import { indicatorKey, type Loaded } from "./sheet.ts";
import { isHoldMovement, type Movement, type Order } from "./types.ts";

/** Balance ids of indicators, by `indicatorKey`. */
export type KnownIndicators = Loaded["indicators"];

/** The balance ids that the orders' new rows name, indicators resolved. */
export function namedBalances(
  orders: readonly Order[],
  indicators: KnownIndicators,
  isWanted: (movement: Movement) => boolean = () => true,
): Set<string> {
  const ids = new Set<string>();
  for (const { movements } of orders) {
    for (const movement of movements) {
      if (isHoldMovement(movement) || !isWanted(movement)) continue;
      const { source, destination, currency } = movement.row;
      for (const side of [source, destination].filter(isStorableText)) {
        ids.add(side.startsWith("@") ? (indicators.get(indicatorKey(side, currency)) ?? side) : side);
      }
    }
  }
  return ids;
}

/** The references that callers chose; those of commits and voids are made to be unique. */
export function movementReferences(orders: readonly Order[]): readonly string[] {
  return orders
    .flatMap(({ movements }) =>
      movements.flatMap((movement) => (isHoldMovement(movement) ? [] : [movement.row.reference])),
    )
    .filter(isStorableText);
}

function targetIds(orders: readonly Order[]): readonly string[] {
  return orders.flatMap(({ movements, followUpTargets = [] }) => [
    ...movements.filter(isHoldMovement).map(({ targetId }) => targetId),
    ...followUpTargets,
  ]);
}

/**
 * Loads everything the orders may touch and locks the balances that change: what is only accepted for the queue
 * looks at its balances, and need not wait for who has them locked. Internal balances that are yet to be made
 * (`fresh`) come with empty books.
 */
export async function loadLocked(
  transaction: SqlDatabase,
  orders: readonly Order[],
  indicators: KnownIndicators,
  fresh: readonly IndicatorBalance[],
): Promise<Loaded> {
  const targets = await findTransactions(transaction, targetIds(orders));
  const changing = namedBalances(orders, indicators, ({ kind }) => kind !== "accept");
  for (const { source, destination } of targets) {
    changing.add(source ?? "");
    changing.add(destination ?? "");
  }
  const books = await lockBooks(transaction, [...changing]);
  const others = [...namedBalances(orders, indicators).difference(changing)];
  for (const [id, book] of await readBooks(transaction, others)) books.set(id, book);
  for (const balance of fresh) books.set(balance.balanceId, emptyBook(balance.balanceId, balance.currency));
  const used = await usedReferences(transaction, movementReferences(orders));
  return { books, usedReferences: used, holds: await holdFacts(transaction, targets), indicators };
}

/** An internal balance that is yet to be made. */
export function emptyBook(balanceId: string, currency: string): Book {
  const nothing = { credit: 0n, debit: 0n, inflightCredit: 0n, inflightDebit: 0n };
  return { balanceId, currency, version: 1, ...nothing, tracked: false };
}
