/** Reading the record of deliveries, as it may be shown: every secret was masked when it was written. */
import type { DeliveryRow, StateDatabase } from "../store/index.ts";

export const deliveryKinds = ["install", "uninstall", "portal"] as const;
export type DeliveryKind = (typeof deliveryKinds)[number];

export type DeliveryFilter = {
  readonly organizationId?: string | undefined;
  readonly kind?: DeliveryKind | undefined;
  readonly installedAppId?: string | undefined;
  readonly appId?: string | undefined;
  readonly instanceId?: string | undefined;
  readonly traceId?: string | undefined;
  /** Times in ISO form, both included. */
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly page: number;
  readonly pageSize: number;
};

/** A delivery as it is shown. `body` and `time` are the doors' names for `request_body` and `sent_at`. */
export type DeliveryView = {
  readonly delivery_id: string;
  readonly kind: DeliveryKind;
  readonly app_id: string;
  readonly app_name: string;
  readonly installed_app_id: string;
  readonly instance_id: string;
  readonly organization_id: string;
  readonly url: string;
  readonly request_body: string;
  readonly body: string;
  readonly status: number | null;
  readonly response_body: string | null;
  readonly duration_ms: number | null;
  readonly error: string | null;
  readonly sent_at: string;
  readonly time: string;
  readonly attempt_of: string | null;
  /** The faults that struck it. */
  readonly faults: readonly string[];
  readonly trace_id: string | null;
  readonly span_id: string | null;
  readonly parent_id: string | null;
};

/** The deliveries that a filter lets through, newest first. */
export async function listDeliveries(
  database: StateDatabase,
  filter: DeliveryFilter & { readonly deliveryId?: string },
) {
  let query = database.selectFrom("deliveries").innerJoin("apps", "apps.app_id", "deliveries.app_id");
  if (filter.deliveryId !== undefined) query = query.where("delivery_id", "=", filter.deliveryId);
  if (filter.organizationId !== undefined)
    query = query.where("deliveries.organization_id", "=", filter.organizationId);
  if (filter.kind !== undefined) query = query.where("deliveries.kind", "=", filter.kind);
  if (filter.installedAppId !== undefined)
    query = query.where("deliveries.installed_app_id", "=", filter.installedAppId);
  if (filter.appId !== undefined) query = query.where("deliveries.app_id", "=", filter.appId);
  if (filter.instanceId !== undefined) query = query.where("deliveries.instance_id", "=", filter.instanceId);
  if (filter.traceId !== undefined) query = query.where("deliveries.trace_id", "=", filter.traceId);
  if (filter.from !== undefined) query = query.where("deliveries.sent_at", ">=", filter.from);
  if (filter.to !== undefined) query = query.where("deliveries.sent_at", "<=", filter.to);
  const counted = await query.select((count) => count.fn.countAll<number>().as("total")).executeTakeFirst();
  const rows = await query
    .selectAll("deliveries")
    .select("apps.name as app_name")
    .orderBy("deliveries.sequence", "desc")
    .limit(filter.pageSize)
    .offset((filter.page - 1) * filter.pageSize)
    .execute();
  return { data: rows.map(toView), total: Number(counted?.total ?? 0) };
}

function toView(row: DeliveryRow & { readonly app_name: string }): DeliveryView {
  return {
    delivery_id: row.delivery_id,
    kind: deliveryKinds.find((kind) => kind === row.kind) ?? "portal",
    app_id: row.app_id,
    app_name: row.app_name,
    installed_app_id: row.installed_app_id,
    instance_id: row.instance_id,
    organization_id: row.organization_id,
    url: row.url_masked,
    request_body: row.body_masked,
    body: row.body_masked,
    status: row.status,
    response_body: row.response_body,
    duration_ms: row.duration_ms,
    error: row.error,
    sent_at: row.sent_at,
    time: row.sent_at,
    attempt_of: row.attempt_of,
    faults: JSON.parse(row.faults) as readonly string[],
    trace_id: row.trace_id,
    span_id: row.span_id,
    parent_id: row.parent_id,
  };
}
