/** What the Dashboard API answers, by the names that the pages use. */
import type { AnswerOf, RowOf } from "./routes.ts";

export type Session = AnswerOf<"GET /api/session">;
export type Right = keyof Session["rights"];
export type Instance = Session["instances"][number];
export type InstanceState = Instance["state"];

export type AppView = RowOf<"GET /api/apps">;
export type AppDetail = AnswerOf<"GET /api/apps/:id">;
export type Installation = AppDetail["history"][number];
export type Installed = AnswerOf<"POST /api/installations">;

export type Redelivery = RowOf<"POST /api/deliveries/:id/redeliver">;
export type Delivery = RowOf<"GET /api/deliveries">;
export type AuditEntry = RowOf<"GET /api/audit">;
export type TimelineStep = RowOf<"GET /api/timeline">;

export type Fault = RowOf<"GET /api/faults">;
export type FaultDescription = AnswerOf<"GET /api/faults">["catalogue"][number];
export type FaultValue = FaultDescription["values"][number];
export type Settings = AnswerOf<"PATCH /api/settings">;

export type LedgerRecord = RowOf<"GET /api/instances/:id/ledgers">;
export type BalanceRecord = RowOf<"GET /api/instances/:id/balances">;
export type TransactionRecord = RowOf<"GET /api/instances/:id/transactions">;
export type IdentityRecord = RowOf<"GET /api/instances/:id/identities">;
export type Metadata = LedgerRecord["meta_data"];
export type CurrencySum = RowOf<"GET /api/instances/:id/transactions/sums">;
export type AlertView = RowOf<"GET /api/instances/:id/alerts">;

/** The records of an instance by their collection. */
export type RecordOf = {
  readonly ledgers: LedgerRecord;
  readonly balances: BalanceRecord;
  readonly transactions: TransactionRecord;
  readonly identities: IdentityRecord;
};
export type RecordCollection = keyof RecordOf;

/** A page of a list. */
export type Listed<Item> = {
  readonly data: readonly Item[];
  readonly total: number;
  /** There are more than the total says: it was not counted further. */
  readonly total_is_minimum?: boolean | undefined;
};
