/**
 * An alert in the dashboard for each dispute that waits for an answer, where `alerts:write` was granted.
 *
 * Each flag makes an alert of its own, and nothing about it is unique, so the intent is kept before the call and the
 * alert's id after it. Where only the intent is left (the process died in between), nobody can tell whether there is
 * an alert; none is raised again, and a finding says so.
 */
import {
  type CloudClient,
  CloudError,
  CloudUnreachable,
  InstanceUnavailable,
  RateLimited,
} from "@annex/client";
import type { Movement } from "../mapping/movement.ts";
import type { FindingJson, ObjectJson } from "../portal-types.ts";
import type { SyncData } from "./objects.ts";

const waitingForAnswer = new Set(["needs_response", "warning_needs_response", "appeal_needs_response"]);

export type AlertOutcome = { readonly alertId?: string; readonly finding?: FindingJson };

/** Whether an object wants an alert: a dispute of this run's that has to be answered. Pure. */
export function wantsAlert(object: ObjectJson, movement: Movement): boolean {
  return (
    object.kind === "dispute" &&
    object.state === "posted" &&
    movement.reportingCategory !== "dispute_reversal" &&
    waitingForAnswer.has(movement.disputeStatus ?? "")
  );
}

export async function raiseAlert(
  cloud: CloudClient,
  data: SyncData,
  object: ObjectJson,
  signal?: AbortSignal,
): Promise<AlertOutcome> {
  const transactionId = object.legs[0]?.transaction_id;
  if (transactionId === undefined) return {};
  const earlier = await data.alerts.get(object.id);
  if (earlier?.alertId !== undefined) return { alertId: earlier.alertId };
  if (earlier !== undefined) return { finding: uncertain(object) };
  await data.alerts.put(object.id, {});
  try {
    const alert = await cloud.alerts.flag(transactionId, wordsFor(object), { signal });
    await data.alerts.put(object.id, { alertId: alert.anomaly_id });
    return { alertId: alert.anomaly_id };
  } catch (error) {
    if (!certainlyNotRaised(error)) throw error;
    await data.alerts.delete(object.id);
    // Money comes first: a refused alert is no reason to stop posting.
    if (isRefused(error)) return { finding: refused(object, error) };
    throw error;
  }
}

function isRefused(error: unknown): error is CloudError {
  if (!(error instanceof CloudError)) return false;
  const status = error.status ?? 0;
  return status >= 400 && status < 500 && status !== 401 && status !== 429;
}

function certainlyNotRaised(error: unknown): boolean {
  if (error instanceof CloudUnreachable) return error.outcome === "not-sent";
  return error instanceof RateLimited || error instanceof InstanceUnavailable || isRefused(error);
}

function wordsFor(object: ObjectJson) {
  return {
    title: "A Stripe dispute waits for an answer",
    description: `The customer's bank disputes a payment (Stripe ${object.source_id ?? object.id}). Send evidence in Stripe's dashboard before the deadline, or the amount is lost.`,
  };
}

function uncertain(object: ObjectJson): FindingJson {
  return {
    object_id: object.id,
    code: "alert_uncertain",
    error: `The app was interrupted while it raised an alert for the dispute ${object.source_id ?? object.id}, so there may be none.`,
    next: "Look for it among the alerts, and flag the transaction by hand if it is missing.",
  };
}

function refused(object: ObjectJson, error: CloudError): FindingJson {
  return {
    object_id: object.id,
    code: "alert_refused",
    error: `The alert for the dispute ${object.source_id ?? object.id} was refused: ${error.whatHappened}`,
    next: "Flag the transaction by hand, and answer the dispute in Stripe's dashboard.",
  };
}
