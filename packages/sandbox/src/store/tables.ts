/** What the local Cloud remembers, table by table, as Kysely sees it. Times are ISO texts, truths are 0 or 1, lists are JSON texts. */
import type { Generated, Selectable } from "kysely";

export type OrganizationRow = {
  readonly organization_id: string;
  readonly name: string;
  readonly position: number;
};

export type InstanceRow = {
  readonly instance_id: string;
  readonly organization_id: string;
  readonly name: string;
  readonly state: string;
  readonly core_key_sealed: Uint8Array;
  readonly tokenization_secret_sealed: Uint8Array;
  readonly position: number;
};

export type MemberRow = {
  readonly user_id: string;
  readonly organization_id: string;
  readonly name: string;
  readonly email: string;
  readonly role: string;
  readonly password_hash: string;
  /** Kept so that the run file can print the demo password again; a real Cloud would keep the hash alone. */
  readonly password_sealed: Uint8Array;
  readonly totp_secret_sealed: Uint8Array;
  readonly position: number;
};

export type SessionRow = {
  readonly session_hash: string;
  readonly user_id: string;
  readonly created_at: string;
  readonly expires_at: string;
};

export type AppRow = {
  readonly app_id: string;
  readonly organization_id: string;
  readonly name: string;
  readonly description: string;
  readonly developer: string;
  readonly logo_url: string;
  readonly registration_callback_url_sealed: Uint8Array;
  readonly portal_generator_url_sealed: Uint8Array;
  readonly permissions: string;
  readonly launch_access: string;
  readonly launch_requires_authentication: number;
  readonly insecure_urls: number;
  readonly created_at: string;
  readonly removed_at: string | null;
};

export type InstallationRow = {
  readonly installed_app_id: string;
  readonly app_id: string;
  readonly organization_id: string;
  readonly instance_id: string;
  readonly status: string;
  readonly granted_permissions: string;
  readonly api_key_hash: string;
  readonly api_key_prefix: string;
  readonly installed_by: string | null;
  readonly created_at: string;
  readonly installed_at: string | null;
  readonly ended_at: string | null;
};

type DeliveryTable = {
  readonly sequence: Generated<number>;
  readonly delivery_id: string;
  readonly kind: string;
  readonly organization_id: string;
  readonly app_id: string;
  readonly installed_app_id: string;
  readonly instance_id: string;
  readonly url_masked: string;
  readonly body_sealed: Uint8Array;
  readonly body_masked: string;
  readonly status: number | null;
  readonly response_body: string | null;
  readonly duration_ms: number | null;
  readonly error: string | null;
  readonly sent_at: string;
  readonly attempt_of: string | null;
  /** The names of the faults that struck it, a JSON list. */
  readonly faults: string;
  readonly trace_id: string | null;
  readonly span_id: string | null;
  readonly parent_id: string | null;
};

/** What a fault holds back: it reaches its app though Cloud has given up on it. */
type HeldDeliveryTable = {
  readonly delivery_id: string;
  /** When the waiting began. */
  readonly since: string;
  /** A JSON list: how long, one after the other, and by which faults. */
  readonly delays: string;
  readonly copies_after: number;
  readonly copies_at_once: number;
  /** The uninstall event that is to arrive before it; null once that was sent, and where nothing is. */
  readonly uninstall_sealed: Uint8Array | null;
};

type AlertTable = {
  readonly sequence: Generated<number>;
  readonly anomaly_id: string;
  readonly organization_id: string;
  readonly instance_id: string;
  readonly resource_id: string;
  readonly type: string;
  readonly title: string;
  readonly description: string;
  readonly status: string;
  readonly created_at: string;
  readonly updated_at: string;
};

type AlertChangeTable = {
  readonly sequence: Generated<number>;
  readonly anomaly_id: string;
  readonly changed_at: string;
  /** Who: an app by its installation, or a member. */
  readonly installed_app_id: string | null;
  readonly app_id: string | null;
  readonly user_id: string | null;
  /** From then on. */
  readonly status: string;
  /** `flagged`, or the fields that have become others, a JSON list. */
  readonly changed: string;
};

type FaultTable = {
  readonly sequence: Generated<number>;
  readonly fault_id: string;
  readonly fault: string;
  readonly organization_id: string | null;
  readonly app_id: string | null;
  readonly instance_id: string | null;
  readonly installed_app_id: string | null;
  /** A JSON object. */
  readonly fault_values: string;
  readonly times: number | null;
  readonly struck: number;
  readonly set_at: string;
  readonly ends_at: string | null;
};

/** Edition, limits and the clock's lead, each by its name, as JSON. */
export type SettingRow = { readonly name: string; readonly value: string };

export type DeliveryRow = Selectable<DeliveryTable>;
export type FaultRow = Selectable<FaultTable>;
export type AlertRow = Selectable<AlertTable>;
export type AuditRow = Selectable<AuditTable>;

export type StateTables = {
  readonly organizations: OrganizationRow;
  readonly instances: InstanceRow;
  readonly members: MemberRow;
  readonly sessions: SessionRow;
  readonly apps: AppRow;
  readonly installations: InstallationRow;
  readonly deliveries: DeliveryTable;
  readonly held_deliveries: HeldDeliveryTable;
  readonly alerts: AlertTable;
  readonly alert_changes: AlertChangeTable;
  readonly faults: FaultTable;
  readonly settings: SettingRow;
};

type AuditTable = {
  readonly sequence: Generated<number>;
  readonly time: string;
  readonly category: string;
  readonly organization_id: string | null;
  readonly instance_id: string | null;
  readonly installed_app_id: string | null;
  readonly app_id: string | null;
  readonly api_key_prefix: string | null;
  readonly user_id: string | null;
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly duration_ms: number;
  readonly request_id: string;
  readonly code: string | null;
  /** The names of the faults that struck it, a JSON list. */
  readonly faults: string;
  readonly trace_id: string | null;
  readonly span_id: string | null;
  readonly parent_id: string | null;
  /** What a write made, such as a transaction. */
  readonly resource_id: string | null;
  /** What was sent and answered, of a refused call only, secrets masked. */
  readonly request_body: string | null;
  readonly response_body: string | null;
};

export type AuditTables = { readonly audit: AuditTable };
