/**
 * What the Dashboard API answers, as types: each is taken from the very function that makes the answer, so the
 * page cannot drift from it. Types only; a browser loads nothing of this.
 */
import type { appInInstanceView } from "./dashboard-api/app-in-instance.ts";
import type {
  auditView,
  deliveryView,
  installationView,
  instanceView,
  memberView,
  timelineView,
} from "./views.ts";

export type { SessionView } from "./dashboard-api/session-view.ts";
export type { FaultDescription, FaultValueDescription, FaultView } from "./faults/index.ts";
export type { Installed } from "./installing/index.ts";
export type { InstanceState } from "./instances/index.ts";
export type { Launched } from "./launching/index.ts";
export type { Settings } from "./settings/index.ts";
export type { Right, Role } from "./tenants/index.ts";

export type MemberView = ReturnType<typeof memberView>;
export type InstanceView = ReturnType<typeof instanceView>;
export type InstallationView = ReturnType<typeof installationView>;
export type AppView = ReturnType<typeof appInInstanceView>;
export type DeliveryView = ReturnType<typeof deliveryView>;
export type AuditView = ReturnType<typeof auditView>;
export type TimelineView = Awaited<ReturnType<typeof timelineView>>;
