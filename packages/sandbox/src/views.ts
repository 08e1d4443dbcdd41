/** How things look in the JSON of the admin and the Dashboard API: snake case, secrets masked. */
import type { Alert } from "@annex/protocol";
import type { DeliveryView } from "./deliveries/index.ts";
import { Refusal } from "./errors.ts";
import type { FeedEvent } from "./feed/index.ts";
import { type AlertChange, alertHistories } from "./gateway/index.ts";
import type { Installation } from "./installing/index.ts";
import type { Instance } from "./instances/index.ts";
import { maskUrl } from "./masking.ts";
import { noticesOf, type RegisteredApp } from "./registry/index.ts";
import type { Services } from "./services.ts";
import type { AuditRow } from "./store/index.ts";
import { type Member, memberNames } from "./tenants/index.ts";
import type { Timeline } from "./timeline/index.ts";

export function memberView(member: Member) {
  return { user_id: member.userId, name: member.name, email: member.email, role: member.role };
}

export function instanceView(instance: Instance) {
  return { instance_id: instance.instanceId, name: instance.name, state: instance.state };
}

export function appView(app: RegisteredApp) {
  return {
    app_id: app.appId,
    name: app.name,
    description: app.description,
    logo_url: app.logoUrl,
    developer: app.developer,
    permissions: app.permissions,
    launch_access: app.launchAccess,
    launch_requires_authentication: app.launchRequiresAuthentication,
    registration_callback_url: maskUrl(app.registrationCallbackUrl.reveal()),
    portal_generator_url: maskUrl(app.portalGeneratorUrl.reveal()),
    created_at: app.createdAt,
    insecure_urls: app.insecureUrls,
    notices: noticesOf(app.portalGeneratorUrl.reveal()),
  };
}

export function installationView(installation: Installation) {
  return {
    installed_app_id: installation.installedAppId,
    app_id: installation.appId,
    organization_id: installation.organizationId,
    instance_id: installation.instanceId,
    status: installation.status,
    granted_permissions: installation.grantedPermissions,
    api_key_prefix: installation.apiKeyPrefix,
    created_at: installation.createdAt,
    installed_at: installation.installedAt ?? installation.createdAt,
    installed_by: installation.installedBy,
    ended_at: installation.endedAt,
    uninstalled_at: installation.status === "uninstalled" ? installation.endedAt : null,
  };
}

/** A delivery without what only the admin API's doors name twice. */
export function deliveryView({
  body: _body,
  time: _time,
  organization_id: _organization,
  ...shown
}: DeliveryView) {
  return shown;
}

/** What happened, the way its log shows it; nothing where the log has forgotten it. */
export async function eventView(services: Services, event: FeedEvent) {
  if (event.kind === "delivery")
    return services.deliveries.find(event.deliveryId).then(deliveryView, unlessForgotten);
  return (await auditViews(services, await services.audit.ofRequest(event.requestId)))[0];
}

function unlessForgotten(error: unknown): undefined {
  if (error instanceof Refusal && error.status === 404) return undefined;
  throw error;
}

/** Alerts with their course, and the names of those who worked on them. */
export async function alertViews(services: Services, alerts: readonly Alert[]) {
  const histories = await alertHistories(
    services.database,
    alerts.map(({ anomaly_id }) => anomaly_id),
  );
  const actors = [...histories.values()].flat().map(({ by }) => actorOf(by));
  const names = await namesOf(services, actors);
  return alerts.map((alert) => ({
    ...alert,
    history: (histories.get(alert.anomaly_id) ?? []).map(({ changedAt, by, status, changed }) => ({
      changed_at: changedAt,
      by: actorView(actorOf(by), names),
      status,
      changed,
    })),
  }));
}

function actorOf(by: AlertChange["by"]): Actor {
  if ("userId" in by) return { installed_app_id: null, app_id: null, user_id: by.userId };
  return { installed_app_id: by.installedAppId, app_id: by.appId, user_id: null };
}

/** Who acted, as the tables name him. */
type Actor = Pick<AuditRow, "installed_app_id" | "app_id" | "user_id">;

function actorView(actor: Actor, names: ReadonlyMap<string, string>) {
  return {
    installed_app_id: actor.installed_app_id ?? undefined,
    app_id: actor.app_id ?? undefined,
    app_name: names.get(actor.app_id ?? ""),
    user_id: actor.user_id ?? undefined,
    user_name: names.get(actor.user_id ?? ""),
  };
}

/** Rows of the audit log with the names of those who acted. */
export async function auditViews(services: Services, rows: readonly AuditRow[]) {
  const names = await namesOf(services, rows);
  return rows.map((row) => auditView(row, names));
}

/** What the apps and members of some rows are called, by their ids. */
async function namesOf(services: Services, rows: readonly Actor[]): Promise<ReadonlyMap<string, string>> {
  const apps = await services.registry.names([...new Set(rows.flatMap((row) => row.app_id ?? []))]);
  const members = await memberNames(services.database, [
    ...new Set(rows.flatMap((row) => row.user_id ?? [])),
  ]);
  return new Map([...apps, ...members]);
}

/** A time line: each step as its own log shows it, with what kind it is and how it was found to belong here. */
export async function timelineView(services: Services, { traceId, steps }: Timeline) {
  const calls = steps.flatMap((step) => (step.kind === "call" ? [step.call] : []));
  const names = await namesOf(services, calls);
  const data = steps.map((step) =>
    step.kind === "call"
      ? { kind: step.kind, matched_by: step.matchedBy, call: auditView(step.call, names) }
      : { kind: step.kind, matched_by: step.matchedBy, delivery: deliveryView(step.delivery) },
  );
  return { trace_id: traceId, data };
}

function auditView(row: AuditRow, names: ReadonlyMap<string, string>) {
  const actor = { ...actorView(row, names), api_key_prefix: row.api_key_prefix ?? undefined };
  return {
    audit_id: `aud_${row.sequence}`,
    time: row.time,
    category: row.category,
    actor,
    organization_id: row.organization_id,
    instance_id: row.instance_id,
    method: row.method,
    path: row.path,
    status: row.status,
    duration_ms: row.duration_ms,
    request_id: row.request_id,
    code: row.code ?? undefined,
    faults: JSON.parse(row.faults) as readonly string[],
    trace_id: row.trace_id,
    span_id: row.span_id,
    parent_id: row.parent_id,
    resource_id: row.resource_id,
    request_body: row.request_body,
    response_body: row.response_body,
  };
}
