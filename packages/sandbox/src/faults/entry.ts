/** One fault that was set: what it is, whom it concerns, whether it is on, how it looks. */
import type { FaultRow } from "../store/index.ts";
import { catalogue } from "./catalogue.ts";
import type { Fault, FaultPlace } from "./fault.ts";

/** What something is about that a fault may strike. */
export type StruckSubject = {
  readonly organizationId?: string | undefined;
  readonly appId?: string | undefined;
  readonly instanceId?: string | undefined;
  readonly installedAppId?: string | undefined;
};

/** A fault as it is shown: what was set, whether it is on, how often it struck. */
export type FaultView = {
  readonly fault_id: string;
  readonly fault: string;
  readonly title: string;
  readonly strikes: FaultPlace;
  readonly on: boolean;
  readonly struck: number;
  /** Whose it is; null where it strikes every organization. */
  readonly organization_id: string | null;
  readonly app_id: string | null;
  readonly instance_id: string | null;
  readonly installed_app_id: string | null;
  readonly values: Readonly<Record<string, unknown>>;
  readonly times: number | null;
  readonly set_at: string;
  readonly ends_at: string | null;
};

/** A fault that was set. The two counts change as it strikes. */
export type Entry = {
  readonly row: Omit<FaultRow, "struck">;
  readonly fault: Fault;
  readonly values: Readonly<Record<string, unknown>>;
  /** Aborted when somebody ends it; what waits on it goes on then. */
  readonly ending: AbortController;
  struck: number;
  seen: number;
};

/** Whether a fault is on: neither its time nor its number of times is over. */
export function isOn({ row, struck }: Entry, now: Date): boolean {
  const inTime = row.ends_at === null || now.toISOString() < row.ends_at;
  return inTime && (row.times === null || struck < row.times);
}

/** A part of the scope that was not named fits everything. */
export function concerns({ row }: Entry, about: StruckSubject): boolean {
  return (
    belongs(row.organization_id, about.organizationId) &&
    belongs(row.app_id, about.appId) &&
    belongs(row.instance_id, about.instanceId) &&
    belongs(row.installed_app_id, about.installedAppId)
  );
}

/** Whether a fault can be felt by an organization. */
export function concernsOrganization({ row }: Pick<Entry, "row">, organizationId: string): boolean {
  return belongs(row.organization_id, organizationId);
}

function belongs(scope: string | null, id: string | undefined): boolean {
  return scope === null || scope === id;
}

/** A fault that a later version set, and this one does not know, is left out. */
export function toEntry({ struck, ...row }: FaultRow): readonly Entry[] {
  const fault = catalogue.find(({ name }) => name === row.fault);
  if (fault === undefined) return [];
  const values = JSON.parse(row.fault_values) as Record<string, unknown>;
  return [{ row, fault, values, ending: new AbortController(), struck, seen: 0 }];
}

export function viewOf({ row, fault, values, struck }: Entry, on: boolean): FaultView {
  return {
    fault_id: row.fault_id,
    fault: fault.name,
    title: fault.title,
    strikes: fault.strikes,
    on,
    struck,
    organization_id: row.organization_id,
    app_id: row.app_id,
    instance_id: row.instance_id,
    installed_app_id: row.installed_app_id,
    values,
    times: row.times,
    set_at: row.set_at,
    ends_at: row.ends_at,
  };
}
