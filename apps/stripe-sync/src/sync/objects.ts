/**
 * What the app keeps of a run: its objects, in the order they came to be at Stripe, and what a person should look at.
 * A run's objects are its list of work too: those that wait are posted, and a run that was interrupted finds the rest
 * waiting. All of it belongs to one installation.
 */
import type { Collection, InstallationData } from "@annex/app";
import type { Movement } from "../mapping/movement.ts";
import type { FindingJson, ObjectJson } from "../portal-types.ts";

export type StoredObject = {
  readonly object: ObjectJson;
  /** Absent for customers. */
  readonly movement?: Movement;
};

/** What is known of a customer since the last time it was read. */
export type KnownCustomer = { readonly identityId: string; readonly fingerprint: string };

/** An alert that was asked for; without an id the answer never came. */
export type RaisedAlert = { readonly alertId?: string };

export type SyncData = {
  readonly objects: Collection<StoredObject>;
  readonly findings: Collection<FindingJson>;
  readonly customers: Collection<KnownCustomer>;
  /** Customer by charge, since a dispute names its charge only. */
  readonly chargeCustomers: Collection<string>;
  readonly alerts: Collection<RaisedAlert>;
  /** Which runs have their objects kept, by the time they began. */
  readonly keptRuns: Collection<string>;
};

export function syncData(data: InstallationData): SyncData {
  return {
    objects: data.collection("objects"),
    findings: data.collection("findings"),
    customers: data.collection("customers"),
    chargeCustomers: data.collection("charge-customers"),
    alerts: data.collection("alerts"),
    keptRuns: data.collection("kept-runs"),
  };
}

const secondsDigits = 12;

/** Sorts by time: all objects of a run under one prefix, oldest first. */
export function objectKey(runId: string, created: number, id: string): string {
  return `${runId}/${String(created).padStart(secondsDigits, "0")}/${id}`;
}

export function runPrefix(runId: string): string {
  return `${runId}/`;
}

/** One finding per object and code, so that a repeated step does not repeat it. */
export function findingKey(runId: string, finding: FindingJson): string {
  return `${runId}/${finding.code}/${finding.object_id ?? finding.error}`;
}

export async function keepFindings(
  data: SyncData,
  runId: string,
  findings: readonly FindingJson[],
): Promise<void> {
  if (findings.length === 0) return;
  await data.findings.putMany(findings.map((value) => ({ key: findingKey(runId, value), value })));
}

export function isoTime(seconds: number): string {
  return new Date(seconds * 1000).toISOString();
}
