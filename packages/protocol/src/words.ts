/**
 * The part of the contract that is words and numbers: everything but the schemas,
 * and so without zod. For browser pages, and for a server whose start should not
 * wait for a validator (`@annex/protocol/words`). The main entry has all of it too.
 */

export * from "./chosen.ts";
export { cloudFrameAncestors, embeddingHeader } from "./cloud/embedding.ts";
export {
  type CloudRefusal,
  type CloudRefusalCode,
  cloudRefusalStatus,
  wordsOfCloud,
} from "./cloud/refusals.ts";
export {
  type DataCollection,
  dataCollections,
  type FilterCollection,
  filterCollections,
  matchProxyRoute,
  type ProxyRoute,
  proxyRoutes,
} from "./cloud/routes.ts";
export { isScope, type Scope, scopeDescriptions, scopes } from "./cloud/scopes.ts";
export {
  type CallRefusalCode,
  callRefusalCodes,
  isKnownErrorCode,
  type KnownErrorCode,
} from "./portal/call-refusals.ts";
export {
  askingCallHeader,
  concludedCallHeader,
  idempotencyKeyHeader,
  isPlainState,
  nameOfCall,
  passiveCallHeader,
} from "./portal/calls.ts";
export {
  asksColorScheme,
  type ColorScheme,
  colorSchemeIn,
  colorSchemeMessage,
  colorSchemeTold,
  isDashboardOrigin,
} from "./portal/color-scheme.ts";
export {
  asksRecords,
  type DashboardRecord,
  openRecord,
  recordAddress,
  recordCollections,
  recordMessage,
  recordsAddressIn,
  recordsTold,
  recordToOpenIn,
  recordToShowIn,
  showRecord,
} from "./portal/dashboard-records.ts";
export {
  describeErrorState,
  type ErrorStateCode,
  type ErrorStateDescription,
  type ErrorStateDetails,
  errorStateCodes,
  errorStateStatus,
  type PortalRefusal,
} from "./portal/error-states.ts";
export {
  type ActionAnswer,
  type JobAnswer,
  type JobsAnswer,
  type OpenEffectAnswer,
  type RunAnswer,
  type RunCauseAnswer,
  type RunDetailAnswer,
  type RunFailureAnswer,
  type RunFields,
  type RunListAnswer,
  type RunStatusWord,
  runStatuses,
  type ScheduleAnswer,
} from "./portal/runs.ts";
export { formatAmount, parseAmount } from "./values/amounts.ts";
export { currencyDecimals } from "./values/currencies.ts";
export { namesServer } from "./values/database-address.ts";
export { numberInDigits } from "./values/digits.ts";
export { parseExactJson, stringifyExactJson } from "./values/exact-json.ts";
export { Secret } from "./values/secret.ts";
