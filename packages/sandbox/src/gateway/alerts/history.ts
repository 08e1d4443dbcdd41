/** What became of an alert: who flagged it, who changed what of it, and when. People read it beside the alert. */
import type { StateDatabase } from "../../store/index.ts";

/** Who works on an alert: an app by its installation, or a member in the dashboard. */
export type AlertActor =
  | { readonly installedAppId: string; readonly appId: string }
  | { readonly userId: string };

/** One step of an alert's course. */
export type AlertChange = {
  readonly changedAt: string;
  readonly by: AlertActor;
  /** The alert's status from then on. */
  readonly status: string;
  /** `flagged`, or the fields that have become others. */
  readonly changed: readonly string[];
};

/** Writes steps down; in the transaction of the change itself. */
export async function recordAlertChanges(
  database: StateDatabase,
  changes: readonly (AlertChange & { readonly anomalyId: string })[],
): Promise<void> {
  if (changes.length === 0) return;
  const rows = changes.map(({ anomalyId, changedAt, by, status, changed }) => ({
    anomaly_id: anomalyId,
    changed_at: changedAt,
    installed_app_id: "installedAppId" in by ? by.installedAppId : null,
    app_id: "appId" in by ? by.appId : null,
    user_id: "userId" in by ? by.userId : null,
    status,
    changed: JSON.stringify(changed),
  }));
  await database.insertInto("alert_changes").values(rows).execute();
}

/** The courses of some alerts by their ids, oldest step first. An alert of an older Cloud may have none. */
export async function alertHistories(
  database: StateDatabase,
  anomalyIds: readonly string[],
): Promise<ReadonlyMap<string, readonly AlertChange[]>> {
  if (anomalyIds.length === 0) return new Map();
  const rows = await database
    .selectFrom("alert_changes")
    .selectAll()
    .where("anomaly_id", "in", anomalyIds)
    .orderBy("sequence")
    .execute();
  const histories = new Map<string, AlertChange[]>();
  for (const row of rows) {
    const change = {
      changedAt: row.changed_at,
      by:
        row.installed_app_id === null
          ? { userId: row.user_id ?? "" }
          : { installedAppId: row.installed_app_id, appId: row.app_id ?? "" },
      status: row.status,
      changed: JSON.parse(row.changed) as readonly string[],
    };
    histories.set(row.anomaly_id, [...(histories.get(row.anomaly_id) ?? []), change]);
  }
  return histories;
}
