/** What the Dashboard API answers. */
import type { Alert, Scope } from "@annex/protocol";

/** A number as the exact JSON parser gives it. */
export type ExactNumber = number | bigint;

export type Role = "Admin" | "Operator" | "Investigator" | "Analyst";
export type InstanceState = "running" | "stopped";

export type Instance = { readonly instance_id: string; readonly name: string; readonly state: InstanceState };

export type Member = {
  readonly user_id: string;
  readonly name: string;
  readonly email: string;
  readonly role: Role;
};

export type Session = {
  readonly user: Member;
  readonly organization: { readonly organization_id: string; readonly name: string };
  readonly instances: readonly Instance[];
  readonly members: readonly Member[];
  readonly development: boolean;
  readonly edition: string;
};

export type Listed<Item> = { readonly data: readonly Item[]; readonly total: number };

/** Where an installation stands: `active`, or why it no longer is. */
export type Installation = {
  readonly installed_app_id: string;
  readonly instance_id?: string;
  readonly status: string;
  readonly granted_permissions: readonly Scope[];
  readonly api_key_prefix: string;
  readonly installed_at: string;
  readonly installed_by: string | null;
  readonly ended_at?: string | null;
};

export type AppView = {
  readonly app_id: string;
  readonly name: string;
  readonly description: string;
  readonly logo_url: string;
  readonly developer: string;
  readonly permissions: readonly Scope[];
  readonly launch_access: readonly string[];
  readonly launch_requires_authentication: boolean;
  readonly registration_callback_url: string;
  readonly portal_generator_url: string;
  readonly created_at: string;
  readonly insecure_urls: boolean;
  readonly installation: Installation | null;
};

export type AppUrls = {
  readonly registration_callback_url: string;
  readonly portal_generator_url: string;
};

export type AppDetail = AppView & { readonly history: readonly Installation[] };

export type Installed = {
  readonly installed_app_id: string;
  readonly status: string;
  readonly api_key_prefix: string;
  readonly delivery_id: string;
};

export type Launched = { readonly portal_url: string; readonly delivery_id: string };

export type DeliveryKind = "install" | "uninstall" | "portal";

export type Delivery = {
  readonly delivery_id: string;
  readonly kind: DeliveryKind;
  readonly app_id: string;
  readonly app_name: string;
  readonly installed_app_id: string;
  readonly instance_id: string;
  readonly url: string;
  readonly request_body: string;
  readonly status: number | null;
  readonly response_body: string | null;
  /** `null` while it is on its way. */
  readonly duration_ms: number | null;
  readonly error: string | null;
  readonly sent_at: string;
  readonly attempt_of: string | null;
  /** The faults that struck it. */
  readonly faults: readonly string[];
};

export type Redelivery = {
  readonly status: number | null;
  readonly duration_ms: number;
  readonly body: string | null;
};

export type AuditActor = {
  readonly installed_app_id?: string;
  readonly app_id?: string;
  readonly app_name?: string;
  readonly api_key_prefix?: string;
  readonly user_id?: string;
  readonly user_name?: string;
};

export type AuditEntry = {
  readonly audit_id: string | number;
  readonly time: string;
  readonly category: string;
  readonly actor: AuditActor;
  readonly instance_id: string | null;
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly duration_ms: number;
  readonly request_id: string;
  readonly code?: string | null;
  /** The faults that struck it. */
  readonly faults: readonly string[];
  /** What the call made, where it made something. */
  readonly resource_id?: string | null;
  /** Kept of refused calls only, secrets masked. */
  readonly request_body?: string | null;
  readonly response_body?: string | null;
};

export type Metadata = Readonly<Record<string, unknown>> | null;

export type LedgerRecord = {
  readonly ledger_id: string;
  readonly name: string;
  readonly created_at: string;
  readonly meta_data: Metadata;
};

export type BalanceRecord = {
  readonly balance_id: string;
  readonly ledger_id: string;
  readonly identity_id: string | null;
  readonly indicator?: string | null;
  readonly currency: string;
  readonly balance: ExactNumber;
  readonly credit_balance: ExactNumber;
  readonly debit_balance: ExactNumber;
  readonly inflight_balance: ExactNumber;
  readonly inflight_credit_balance: ExactNumber;
  readonly inflight_debit_balance: ExactNumber;
  readonly created_at: string;
  readonly meta_data: Metadata;
};

export type TransactionRecord = {
  readonly transaction_id: string;
  readonly parent_transaction: string | null;
  readonly source: string;
  readonly destination: string;
  readonly description: string | null;
  readonly reference: string;
  readonly amount: ExactNumber;
  readonly precise_amount: ExactNumber;
  readonly precision: ExactNumber;
  readonly currency: string;
  readonly status: string;
  readonly hash?: string | null;
  readonly created_at: string;
  readonly effective_date?: string | null;
  readonly scheduled_for?: string | null;
  readonly meta_data: Metadata;
};

export type IdentityRecord = {
  readonly identity_id: string;
  readonly identity_type: string | null;
  readonly first_name: string;
  readonly last_name: string;
  readonly other_names: string | null;
  readonly gender: string | null;
  readonly dob: string | null;
  readonly email_address: string | null;
  readonly phone_number: string | null;
  readonly nationality: string | null;
  readonly organization_name: string | null;
  readonly category: string | null;
  readonly street: string | null;
  readonly city: string | null;
  readonly state: string | null;
  readonly post_code: string | null;
  readonly country: string | null;
  readonly created_at: string;
  readonly meta_data: Metadata;
};

export type AlertView = Alert;

/** A sum in minor units for one currency; balances have no precision of their own. */
export type CurrencySum = {
  readonly currency: string;
  readonly precision: ExactNumber | null;
  readonly count: number;
  readonly sum: ExactNumber;
};

/** Where a fault strikes. */
export type FaultPlace = "delivery" | "gateway" | "launch" | "session" | "instance";

/** A value that a fault can be told. */
export type FaultValue = {
  readonly name: string;
  readonly type: "number" | "text" | "choice" | "truth" | "json";
  readonly required: boolean;
  readonly description: string;
  readonly default?: unknown;
  readonly choices?: readonly string[];
};

/** A fault in words, and what it can be told. */
export type FaultDescription = {
  readonly fault: string;
  readonly strikes: FaultPlace;
  readonly title: string;
  readonly what_happens: string;
  readonly what_a_good_app_does: string;
  readonly values: readonly FaultValue[];
};

/** A fault that was set: whom it concerns, whether it is on, how often it struck. */
export type Fault = {
  readonly fault_id: string;
  readonly fault: string;
  readonly title: string;
  readonly on: boolean;
  readonly struck: number;
  readonly app_id: string | null;
  readonly instance_id: string | null;
  readonly installed_app_id: string | null;
  readonly values: Readonly<Record<string, unknown>>;
  readonly times: number | null;
  readonly set_at: string;
  readonly ends_at: string | null;
};

export type Settings = {
  readonly edition: "guide" | "later";
  readonly delivery_timeout_seconds: number;
  readonly rate_limit_per_minute: number;
};
