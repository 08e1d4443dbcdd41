/** What faults hold back, kept so that it arrives after a restart too. Touches the table held_deliveries. */
import type { Delay } from "../faults/index.ts";
import type { DeliveryRow, StateDatabase } from "../store/index.ts";
import type { Copies } from "./course.ts";

/** A delivery that is still to arrive, as it is found after a restart. */
export type HeldDelivery = {
  readonly delivery: DeliveryRow;
  /** When the waiting began, in milliseconds of the Cloud's clock. */
  readonly since: number;
  readonly delays: readonly Pick<Delay, "faultId" | "milliseconds">[];
  readonly copies: Required<Copies>;
  /** The uninstall event that is to arrive before it, sealed. */
  readonly uninstall: Uint8Array | undefined;
};

export type HeldDeliveries = {
  hold(
    deliveryId: string,
    since: Date,
    delays: readonly Delay[],
    copies: Copies,
    uninstall?: Uint8Array,
  ): Promise<void>;
  /** The uninstall event before it was sent, and its own waiting begins. */
  letUninstallGo(deliveryId: string, since: Date): Promise<void>;
  /** The waiting begins anew, and for less. Nothing where it is not held. */
  shorten(deliveryId: string, since: Date, rest: readonly Delay[]): Promise<void>;
  letGo(deliveryId: string): Promise<void>;
  all(): Promise<readonly HeldDelivery[]>;
};

/** Over the state database. */
export function createHeldDeliveries(database: StateDatabase): HeldDeliveries {
  return {
    hold: async (deliveryId, since, delays, { copiesAfter = 0, copiesAtOnce = 0 }, uninstall) => {
      await database
        .insertInto("held_deliveries")
        .values({
          delivery_id: deliveryId,
          since: since.toISOString(),
          delays: textOf(delays),
          copies_after: copiesAfter,
          copies_at_once: copiesAtOnce,
          uninstall_sealed: uninstall ?? null,
        })
        .execute();
    },
    letUninstallGo: async (deliveryId, since) => {
      await database
        .updateTable("held_deliveries")
        .set({ since: since.toISOString(), uninstall_sealed: null })
        .where("delivery_id", "=", deliveryId)
        .execute();
    },
    shorten: async (deliveryId, since, rest) => {
      await database
        .updateTable("held_deliveries")
        .set({ since: since.toISOString(), delays: textOf(rest) })
        .where("delivery_id", "=", deliveryId)
        .execute();
    },
    letGo: async (deliveryId) => {
      await database.deleteFrom("held_deliveries").where("delivery_id", "=", deliveryId).execute();
    },
    all: async () => {
      const rows = await database
        .selectFrom("held_deliveries")
        .innerJoin("deliveries", "deliveries.delivery_id", "held_deliveries.delivery_id")
        .selectAll("deliveries")
        .select(["since", "delays", "copies_after", "copies_at_once", "uninstall_sealed"])
        .orderBy("sequence")
        .execute();
      return rows.map(({ since, delays, copies_after, copies_at_once, uninstall_sealed, ...delivery }) => ({
        delivery,
        since: Date.parse(since),
        delays: JSON.parse(delays) as HeldDelivery["delays"],
        copies: { copiesAfter: copies_after, copiesAtOnce: copies_at_once },
        uninstall: uninstall_sealed ?? undefined,
      }));
    },
  };
}

function textOf(delays: readonly Delay[]): string {
  return JSON.stringify(delays.map(({ faultId, milliseconds }) => ({ faultId, milliseconds })));
}
