/** What the Dashboard API answers. */
import type { Alert } from "@annex/protocol";
import type {
  AppView,
  AuditView,
  DeliveryView,
  InstallationView as Installation,
} from "@annex/sandbox/page-types";

export type {
  AppView,
  AuditView as AuditEntry,
  DeliveryView as Delivery,
  FaultDescription,
  FaultValueDescription as FaultValue,
  FaultView as Fault,
  InstallationView as Installation,
  Installed,
  InstanceState,
  InstanceView as Instance,
  Launched,
  Right,
  SessionView as Session,
  Settings,
} from "@annex/sandbox/page-types";

/** A number as the exact JSON parser gives it. */
export type ExactNumber = number | bigint;

export type Listed<Item> = {
  readonly data: readonly Item[];
  readonly total: number;
  /** There are more than the total says: it was not counted further. */
  readonly total_is_minimum?: boolean;
};

export type AppUrls = {
  readonly registration_callback_url: string;
  readonly portal_generator_url: string;
};

export type AppDetail = AppView & { readonly history: readonly Installation[] };

export type Redelivery = {
  readonly status: number | null;
  readonly duration_ms: number;
  readonly body: string | null;
};

/** One step of a time line, and how it was found to belong there. */
export type TimelineStep = { readonly matched_by: "trace" | "key_and_time" } & (
  | { readonly kind: "call"; readonly call: AuditView }
  | { readonly kind: "delivery"; readonly delivery: DeliveryView }
);

export type Timeline = { readonly trace_id: string | null; readonly data: readonly TimelineStep[] };

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
