/**
 * Internal balances (contract section 6.8): a side that starts with `@` names one, per currency; it is
 * created by the first movement that gets as far as to name it, and stays even if that one fails. Their ids
 * never change, so they are remembered.
 */
import { newId } from "../ids.ts";
import { isStorableText } from "../rules/storable.ts";
import type { SqlDatabase } from "../store/database.ts";
import {
  createIndicators,
  type IndicatorBalance,
  type IndicatorName,
  readIndicators,
} from "../store/posting.ts";
import type { KnownIndicators } from "./load.ts";
import { indicatorKey } from "./sheet.ts";
import { isHoldMovement, type Order } from "./types.ts";

const maximumRemembered = 100_000;

/** Ids of internal balances. */
export interface IndicatorRegister {
  known(): KnownIndicators;
  /** Looks internal balances up, and gives ids to those that do not exist yet. */
  look(names: readonly IndicatorName[]): Promise<readonly IndicatorBalance[]>;
  /** Sees to it that internal balances exist and are known. */
  ensure(names: readonly IndicatorName[]): Promise<void>;
}

export function createIndicatorRegister(database: SqlDatabase, now: () => string): IndicatorRegister {
  const ids = new Map<string, string>();

  const keyOf = ({ indicator, currency }: IndicatorName) => indicatorKey(indicator, currency);

  async function learn(names: readonly IndicatorName[]): Promise<void> {
    if (names.length === 0) return;
    for (const found of await readIndicators(database, names)) ids.set(keyOf(found), found.balanceId);
  }

  async function look(names: readonly IndicatorName[]): Promise<readonly IndicatorBalance[]> {
    if (ids.size > maximumRemembered) ids.clear();
    const isUnknown = (name: IndicatorName) => !ids.has(keyOf(name));
    const unknown = names.filter(isUnknown);
    await learn(unknown);
    return unknown.filter(isUnknown).map((name) => ({ ...name, balanceId: newId("bln") }));
  }

  return {
    known: () => ids,
    look,
    async ensure(names) {
      const missing = await look(names);
      if (missing.length === 0) return;
      await createIndicators(database, missing, now());
      await learn(missing);
    },
  };
}

/** What is known together with what is yet to be made. */
export function withFresh(known: KnownIndicators, fresh: readonly IndicatorBalance[]): KnownIndicators {
  const ids = new Map(fresh.map((one) => [indicatorKey(one.indicator, one.currency), one.balanceId]));
  return { get: (key) => ids.get(key) ?? known.get(key) };
}

/** The internal balances that orders name. */
export function namedIndicators(orders: readonly Order[]): readonly IndicatorName[] {
  const names = new Map<string, IndicatorName>();
  for (const { movements } of orders) {
    for (const movement of movements) {
      if (isHoldMovement(movement)) continue;
      const { source, destination, currency } = movement.row;
      for (const indicator of [source, destination]) {
        if (!indicator.startsWith("@") || !isStorableText(indicator + currency)) continue;
        names.set(indicatorKey(indicator, currency), { indicator, currency });
      }
    }
  }
  return [...names.values()];
}
