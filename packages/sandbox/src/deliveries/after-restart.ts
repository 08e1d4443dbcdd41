/** What was held back when the Cloud ended, and arrives after its next start: each when it is due, in its order. */
import { type Faults, straight, type Waiting, waitOut } from "../faults/index.ts";
import type { RegisteredApp, Registry } from "../registry/index.ts";
import type { DeliveryRow, Seal } from "../store/index.ts";
import type { Surroundings } from "../surroundings.ts";
import { type Arrival, arriveUnheard } from "./course.ts";
import type { HeldDeliveries, HeldDelivery } from "./held.ts";
import type { DeliveryPlan, OpenDelivery } from "./plans.ts";

/** How its parts are carried out, and put on record. */
type Means = {
  readonly held: HeldDeliveries;
  readonly faults: Faults;
  readonly registry: Pick<Registry, "find">;
  readonly seal: Seal;
  readonly time: Surroundings["time"];
  /** What a delivery was, by its record. */
  planOf(row: DeliveryRow, app: RegisteredApp): DeliveryPlan;
  /** Puts a delivery on record and sends it, once the app is there. */
  send(plan: DeliveryPlan): Promise<unknown>;
  note(delivery: Pick<OpenDelivery, "deliveryId">, unheard: string): Promise<void>;
  arrivalOf(delivery: OpenDelivery): Arrival;
  waitingOf(deliveryId: string): Waiting;
};

/** What the uninstall event of a held delivery is sealed for. */
export const uninstallContext = (deliveryId: string): string => `delivery:${deliveryId}:uninstall`;

/** A way to let a held delivery arrive. */
export function arrivalAfterRestart(means: Means): (one: HeldDelivery) => Promise<void> {
  const { held, faults, registry, seal, time } = means;

  async function arriveLater({
    delivery: row,
    since,
    delays,
    copies,
    uninstall,
  }: HeldDelivery): Promise<void> {
    const waits = delays.map(({ faultId, milliseconds }) => faults.delay(faultId, milliseconds));
    const begun = uninstall === undefined ? since : await sendUninstallFirst(row, uninstall);
    await waitOut(waits, time, { ...means.waitingOf(row.delivery_id), begun });
    const delivery = await openAgain(row);
    if (delivery === undefined) {
      await means.note({ deliveryId: row.delivery_id }, "never sent: the app was removed meanwhile");
      await held.letGo(row.delivery_id);
    } else await arriveUnheard(copies, means.arrivalOf(delivery));
  }

  /** What the Cloud ended over is sent, perhaps once more: an app takes the same event twice. Gives when that was. */
  async function sendUninstallFirst(row: DeliveryRow, sealed: Uint8Array): Promise<number> {
    const delivery = await openAgain(row);
    if (delivery !== undefined) {
      const body = seal.open(sealed, uninstallContext(row.delivery_id));
      const { names } = delivery.strike;
      await means.send({ ...delivery, kind: "uninstall", body, straight: names });
    }
    const now = time.now();
    await held.letUninstallGo(row.delivery_id, now);
    return now.getTime();
  }

  /** A delivery of before a restart, as it was when it was put on record; nothing where its app is gone. */
  async function openAgain(row: DeliveryRow): Promise<OpenDelivery | undefined> {
    const app = await registry.find(row.app_id);
    if (app === undefined) return undefined;
    const trace = { traceId: row.trace_id ?? "", spanId: row.span_id ?? "", parentId: row.parent_id };
    return {
      ...means.planOf(row, app),
      deliveryId: row.delivery_id,
      strike: { effect: straight, names: JSON.parse(row.faults) as string[] },
      trace,
    };
  }

  return arriveLater;
}
