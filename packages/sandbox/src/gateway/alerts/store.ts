/** Alerts as the Cloud keeps them: they are its own, not Core's. Contract section 8, Alerts. */
import type { Alert } from "@annex/protocol";
import { Refusal } from "../../errors.ts";
import type { AlertRow, StateDatabase } from "../../store/index.ts";
import { newIdentifier, type Surroundings } from "../../surroundings.ts";
import { type AlertActor, recordAlertChanges } from "./history.ts";
import { statusKeys } from "./statuses.ts";

/** What an alert can be about, by the prefix of the resource's id. */
export type AlertSubject = {
  readonly type: Alert["type"];
  readonly collection: "balances" | "transactions" | "identities";
};

const subjects = new Map<string, AlertSubject>([
  ["bln", { type: "Balance", collection: "balances" }],
  ["txn", { type: "Transaction", collection: "transactions" }],
  ["idt", { type: "Identity", collection: "identities" }],
]);

/** What the resource of an id is, or `undefined` when alerts can't be about it. */
export function subjectOf(resourceId: string): AlertSubject | undefined {
  return subjects.get(resourceId.split("_", 1)[0] ?? "");
}

export type AlertPlace = { readonly organizationId: string; readonly instanceId: string };

/** Stores a new alert with the status FLAGGED. */
export async function flag(
  database: StateDatabase,
  tools: Pick<Surroundings, "clock" | "random">,
  place: AlertPlace & { readonly installedAppId: string; readonly appId: string },
  about: AlertSubject & {
    readonly resourceId: string;
    readonly title?: string | undefined;
    readonly description: string;
  },
): Promise<Alert> {
  const now = tools.clock().toISOString();
  const row = {
    anomaly_id: newIdentifier("ano", tools.random),
    organization_id: place.organizationId,
    instance_id: place.instanceId,
    resource_id: about.resourceId,
    type: about.type,
    title: about.title ?? `${about.type} flagged`,
    description: about.description,
    status: "FLAGGED",
    created_at: now,
    updated_at: now,
  };
  await database.transaction().execute(async (transaction) => {
    await transaction.insertInto("alerts").values(row).execute();
    const { anomaly_id: anomalyId, status } = row;
    await recordAlertChanges(transaction, [
      { anomalyId, changedAt: now, by: place, status, changed: ["flagged"] },
    ]);
  });
  return toAlert(row);
}

/** The alerts of an instance, newest first. */
export async function listAlerts(
  database: StateDatabase,
  instanceId: string,
  filter: { readonly status?: string | undefined; readonly page: number; readonly pageSize: number },
): Promise<{ readonly data: readonly Alert[]; readonly total: number }> {
  let query = database.selectFrom("alerts").where("instance_id", "=", instanceId);
  if (filter.status !== undefined) query = query.where("status", "=", filter.status);
  const counted = await query.select((count) => count.fn.countAll<number>().as("total")).executeTakeFirst();
  const rows = await query
    .selectAll()
    .orderBy("sequence", "desc")
    .limit(filter.pageSize)
    .offset((filter.page - 1) * filter.pageSize)
    .execute();
  return { data: rows.map(toAlert), total: Number(counted?.total ?? 0) };
}

/**
 * One alert of an instance.
 *
 * @throws Refusal 404 `not_found`, also for an alert of another instance.
 */
export async function findAlert(
  database: StateDatabase,
  instanceId: string,
  anomalyId: string,
): Promise<Alert> {
  const row = await database
    .selectFrom("alerts")
    .selectAll()
    .where("instance_id", "=", instanceId)
    .where("anomaly_id", "=", anomalyId)
    .executeTakeFirst();
  if (row === undefined) throw new Refusal(404, "not_found", "There is no such alert in this instance.");
  return toAlert(row);
}

export type AlertUpdate = {
  readonly title?: string | undefined;
  readonly description?: string | undefined;
  readonly status?: string | undefined;
};

/**
 * Changes alerts of an instance, all of them or none.
 *
 * @throws Refusal 404 `not_found` for one that is not there, 422 `invalid_request` for a status that does not exist.
 */
export async function updateAlerts(
  database: StateDatabase,
  { clock }: Pick<Surroundings, "clock">,
  place: { readonly instanceId: string; readonly by: AlertActor },
  anomalyIds: readonly string[],
  update: AlertUpdate,
): Promise<readonly Alert[]> {
  if (update.status !== undefined && !statusKeys.includes(update.status)) {
    const sentence = `status: "${update.status}" does not exist; the statuses are ${statusKeys.join(", ")}.`;
    throw new Refusal(422, "invalid_request", sentence, { field: "status" });
  }
  const changedAt = clock().toISOString();
  return database.transaction().execute(async (transaction) => {
    const changedAlerts: Alert[] = [];
    for (const anomalyId of new Set(anomalyIds)) {
      const alert = await findAlert(transaction, place.instanceId, anomalyId);
      const changed = changedFields(alert, update);
      const values = { ...valuesOf(alert, update), updated_at: changedAt };
      await transaction.updateTable("alerts").set(values).where("anomaly_id", "=", anomalyId).execute();
      const { by } = place;
      if (changed.length > 0)
        await recordAlertChanges(transaction, [{ anomalyId, changedAt, by, status: values.status, changed }]);
      changedAlerts.push({ ...alert, ...values });
    }
    return changedAlerts;
  });
}

/** Changes one alert. @throws as `updateAlerts`. */
export async function updateAlert(
  database: StateDatabase,
  tools: Pick<Surroundings, "clock">,
  place: { readonly instanceId: string; readonly by: AlertActor },
  anomalyId: string,
  update: AlertUpdate,
): Promise<Alert> {
  const [alert] = await updateAlerts(database, tools, place, [anomalyId], update);
  return alert ?? findAlert(database, place.instanceId, anomalyId);
}

function valuesOf({ title, description, status }: Alert, update: AlertUpdate) {
  return {
    title: update.title ?? title,
    description: update.description ?? description,
    status: update.status ?? status,
  };
}

function changedFields(alert: Alert, update: AlertUpdate): readonly string[] {
  const values = valuesOf(alert, update);
  return (["title", "description", "status"] as const).filter((field) => values[field] !== alert[field]);
}

function toAlert(row: Omit<AlertRow, "sequence">): Alert {
  const affected = (type: Alert["type"]) => (row.type === type ? [row.resource_id] : []);
  return {
    anomaly_id: row.anomaly_id,
    title: row.title,
    description: row.description,
    type: row.type as Alert["type"],
    assigned_to: null,
    escalated_to: [],
    status: row.status,
    created_at: row.created_at,
    updated_at: row.updated_at,
    affected_balances: affected("Balance"),
    affected_identities: affected("Identity"),
    affected_transactions: affected("Transaction"),
  };
}
