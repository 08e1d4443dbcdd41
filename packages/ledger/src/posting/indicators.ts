/**
 * Internal balances (contract section 6.8): a side that starts with `@` names one, per currency; it is
 * created when it does not exist, and stays even if the transaction fails. Their ids never change, so they
 * are remembered.
 */
import { newId } from "../context.ts";
import type { SqlDatabase } from "../store/database.ts";
import { createIndicators, type IndicatorName, readIndicators } from "../store/posting.ts";
import type { KnownIndicators } from "./load.ts";
import { indicatorKey } from "./sheet.ts";
import { isHoldMovement, type Order } from "./types.ts";

const maximumRemembered = 100_000;

/** Ids of internal balances. */
export interface IndicatorRegister {
  known(): KnownIndicators;
  /** Sees to it that internal balances exist and are known. */
  ensure(names: readonly IndicatorName[]): Promise<void>;
}

export function createIndicatorRegister(database: SqlDatabase, now: () => string): IndicatorRegister {
  const ids = new Map<string, string>();

  async function learn(names: readonly IndicatorName[]): Promise<readonly IndicatorName[]> {
    for (const found of await readIndicators(database, names)) {
      ids.set(indicatorKey(found.indicator, found.currency), found.balanceId);
    }
    return names.filter((name) => !ids.has(indicatorKey(name.indicator, name.currency)));
  }

  return {
    known: () => ids,
    async ensure(names) {
      if (ids.size > maximumRemembered) ids.clear();
      const unknown = names.filter((name) => !ids.has(indicatorKey(name.indicator, name.currency)));
      if (unknown.length === 0) return;
      const missing = await learn(unknown);
      if (missing.length === 0) return;
      await createIndicators(
        database,
        missing.map((name) => ({ ...name, balanceId: newId("bln") })),
        now(),
      );
      await learn(missing);
    },
  };
}

/** The internal balances that orders name. */
export function namedIndicators(orders: readonly Order[]): readonly IndicatorName[] {
  const names = new Map<string, IndicatorName>();
  for (const { movements } of orders) {
    for (const movement of movements) {
      if (isHoldMovement(movement)) continue;
      const { source, destination, currency } = movement.row;
      for (const indicator of [source, destination]) {
        if (indicator.startsWith("@")) names.set(indicatorKey(indicator, currency), { indicator, currency });
      }
    }
  }
  return [...names.values()];
}
