/**
 * A typed client of the Cloud API as an installed app sees it: Data, Filters, Proxy and Alerts (contract section 8).
 * It may talk to Cloud and to nothing else. The way of a call: `data`, `filters`, `proxy/*` and `alerts` say what is
 * asked and how the answer is read (`records`, `paging`, `amounts`); `transport` checks the permission, sends, and
 * repeats by the rules of `retry`; `refusals` and `errors` say what went wrong. The instance is part of the client,
 * so no call can leave it out or name another.
 */
export type { AlertsApi } from "./alerts/index.ts";
export type { AlertStatuses } from "./alerts/reading.ts";
export type { AlertUpdate, FlagRequest } from "./alerts/requests.ts";
export { type ClientOptions, type CloudClient, createClient } from "./client.ts";
export type { DataApi, DataCollectionClient, DataFilters, DataQuery, FilterValue } from "./data/data.ts";
export type { Filter, FilterCollectionClient, FilterPage, FilterQuery, FiltersApi } from "./data/filters.ts";
export type { Page, PageRequest } from "./data/paging.ts";
export {
  createMemoryScope,
  type Effect,
  type EffectEnding,
  type EffectKind,
  type EffectNote,
  type EffectScope,
  type MemoryScope,
} from "./effects/index.ts";
export {
  CloudError,
  type CloudErrorCode,
  CloudRateLimited,
  CloudRefused,
  CloudUnreachable,
  CoreError,
  EffectChanged,
  InstanceUnavailable,
  InvalidRequest,
  KeyRefused,
  KeyRevoked,
  MissingScope,
  type Outcome,
  OutcomeUnknown,
  UnexpectedAnswer,
} from "./errors/index.ts";
export type { TransactionDifference } from "./looks/index.ts";
export type { IdentityCalls } from "./proxy/identities.ts";
export type { NewIdentity, TokenizableField } from "./proxy/identity-requests.ts";
export type { ProxyApi } from "./proxy/index.ts";
export type { NewBalance, NewLedger } from "./proxy/ledger-requests.ts";
export type {
  BalanceAt,
  BalanceLineage,
  CoreList,
  LedgerCalls,
} from "./proxy/ledgers.ts";
export type { ReconciliationCalls } from "./proxy/reconciliation.ts";
export type {
  InstantReconciliationRun,
  NewMatchingRule,
  ReconciliationRun,
  Upload,
  UploadFile,
} from "./proxy/reconciliation-requests.ts";
export type {
  Amount,
  BulkResult,
  EnsuredTransaction,
  InflightUpdate,
  NewBulk,
  NewDistribution,
  NewTransaction,
  Refund,
} from "./proxy/transaction-requests.ts";
export type { TransactionCalls, TransactionLineage } from "./proxy/transactions.ts";
export type {
  Balance,
  Distribution,
  ExternalTransaction,
  Identity,
  JsonValue,
  Ledger,
  MatchingCriterion,
  MatchingRule,
  Metadata,
  Reconciliation,
  Transaction,
  TransactionStatus,
} from "./records/records.ts";
export { type CloudClock, createCloudClock } from "./transport/cloud-clock.ts";
export type { RetryPolicy } from "./transport/retry.ts";
export type { CallOptions, KeyRejection, KeyVerdict } from "./transport/transport.ts";
