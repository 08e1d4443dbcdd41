/** What is to be sent to an app, before and after it is on record. */
import type { DeliveryStrike } from "../faults/index.ts";
import type { RegisteredApp } from "../registry/index.ts";
import type { TraceContext } from "../trace-context.ts";
import type { DeliveryKind } from "./list.ts";

/** What is to be sent to an app, about which installation. */
export type DeliveryPlan = {
  readonly kind: DeliveryKind;
  readonly app: RegisteredApp;
  readonly installedAppId: string;
  readonly organizationId: string;
  readonly instanceId: string;
  /** The exact JSON text. */
  readonly body: string;
  /** The body of the uninstall event of the same installation, which a fault may send first. */
  readonly uninstallBody?: string;
  readonly attemptOf?: string;
  /** The step that caused it. */
  readonly trace?: TraceContext | undefined;
  /** Given for what goes straight to the app, whatever the day is like: the faults it is marked with. */
  readonly straight?: readonly string[];
};

/** A delivery that is on record but not answered yet, and what the day does to it. */
export type OpenDelivery = Omit<DeliveryPlan, "trace"> & {
  readonly deliveryId: string;
  readonly strike: DeliveryStrike;
  /** The step that it is itself. */
  readonly trace: TraceContext;
};

/** The very same body again, which the same faults marked. */
export function copyOf(delivery: OpenDelivery): DeliveryPlan {
  const { attemptOf = delivery.deliveryId, strike } = delivery;
  return { ...delivery, straight: strike.names, attemptOf };
}
