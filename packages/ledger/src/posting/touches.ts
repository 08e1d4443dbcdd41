/**
 * What an order touches: the balances it changes, the references it takes, the holds it acts on. Two commits on
 * their way at the same time never touch the same, so that neither waits for the other inside the database.
 */
import { isStorableText } from "../rules/storable.ts";
import type { KnownIndicators } from "./load.ts";
import { RecentMap } from "./recent-map.ts";
import { indicatorKey } from "./sheet.ts";
import { isHoldMovement, type Order } from "./types.ts";

const maximumRemembered = 50_000;

/** What one order touches. */
export interface Touches {
  /** Ids of the balances it changes, as far as they are known. */
  readonly balances: readonly string[];
  /** References, holds, and internal balances that are yet to be made. */
  readonly others: readonly string[];
}

/** The balances that holds are between; they never change. */
export class HoldSides {
  readonly #sides = new RecentMap<readonly string[]>(maximumRemembered);

  get(holdId: string): readonly string[] {
    return this.#sides.get(holdId) ?? [];
  }

  learn(holdId: string, source: string | null, destination: string | null): void {
    this.#sides.set(holdId, [source ?? "", destination ?? ""]);
  }
}

/** What an order touches, by what is known of internal balances and holds. */
export function touchesOf(order: Order, indicators: KnownIndicators, sides: HoldSides): Touches {
  const balances = new Set<string>();
  const others = new Set<string>();
  for (const movement of order.movements) {
    if (isHoldMovement(movement)) {
      others.add(`hold ${movement.targetId}`);
      for (const id of sides.get(movement.targetId)) balances.add(id);
      continue;
    }
    const { source, destination, currency, reference } = movement.row;
    others.add(`reference ${reference}`);
    for (const side of [source, destination].filter(isStorableText)) {
      const name = side.startsWith("@") ? indicatorKey(side, currency) : undefined;
      const id = name === undefined ? side : indicators.get(name);
      if (id === undefined) others.add(`internal ${name}`);
      // What is only accepted changes no balance yet.
      else if (movement.kind !== "accept") balances.add(id);
    }
  }
  for (const id of (order.followUpTargets ?? []).flatMap((target) => sides.get(target))) balances.add(id);
  return { balances: [...balances], others: [...others] };
}
