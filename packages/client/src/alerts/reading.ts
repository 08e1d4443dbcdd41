import type { Alert, AlertStatus } from "@annex/protocol";
import { UnexpectedAnswer } from "../errors/index.ts";
import { readList, readObject } from "../records/records.ts";

/** The statuses alerts can have, and the colours a status can have. */
export interface AlertStatuses {
  readonly data: readonly AlertStatus[];
  /** Fifteen colours as `#rrggbb`. */
  readonly allowedColours: readonly string[];
}

/** @throws UnexpectedAnswer when the value is no alert. */
export function readAlert(value: unknown): Alert {
  const fields = readObject(value, "an alert");
  if (typeof fields["anomaly_id"] !== "string") throw new UnexpectedAnswer("an alert without anomaly_id");
  return fields as unknown as Alert;
}

/** @throws UnexpectedAnswer when the value is no list of statuses. */
export function readStatuses(value: unknown): AlertStatuses {
  const body = readObject(value, "the alert statuses");
  return {
    data: readList(body["data"], "alert status") as readonly AlertStatus[],
    allowedColours: readList(body["allowed_colours"], "colour") as readonly string[],
  };
}
