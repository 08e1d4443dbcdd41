/**
 * The framework for Custom Apps of Blnk Cloud: `createApp` makes one, `serve` runs it.
 *
 * The way of an event, and what an install writes: `callbacks` (the two doors that Cloud knocks at; who is heard, and
 * what a body must be) → `lifecycle` (facts of it, the key sealed by `vault`) → `installations/decision.ts` (a pure
 * function: which changes) → `stores/…/events.ts` (carries them out in one commit: the installation's record with its
 * sealed key, the event remembered by its idempotency key, the run of its hook, its entries of the audit trail) → the
 * answer → `jobs` (works the run).
 *
 * What the author's code is given: `context` (bound to one installation), and what hangs on it: `data`, `secrets`,
 * `audit`, `jobs`, `values`. Its pages and calls: `portal`, `permissions`, `webhooks`. What the app says of itself:
 * `manifest`.
 *
 * Around them: `environment` (what it is told at start), `runtime` (puts the parts together), `server` (Node and other
 * servers), `http` and `request-body` (a request as the framework sees it), `operating` (what the commands do), `errors`,
 * `log`, `telemetry`, `process` (what there is once in a process).
 */
export type { CloudClient } from "@annex/client";
export type { ErrorStateCode, KnownErrorCode, Scope } from "@annex/protocol";
export { currencyDecimals, formatAmount, isKnownErrorCode, parseAmount, Secret } from "@annex/protocol/words";
export type { App, AppOptions } from "./application.ts";
export type { Audit, AuditDetails } from "./audit/index.ts";
export {
  createWebhookVerifier,
  type VerifiedWebhook,
  type VerifyWebhook,
  type WebhookProblem,
  WebhookVerificationError,
  type WebhookVerifierOptions,
} from "./callbacks/standard-webhooks.ts";
export type {
  DataTransaction,
  InstallationContext,
  InstallationData,
  JobReference,
  JobStarter,
  StartArguments,
  StartOptions,
} from "./context/index.ts";
export { createApp } from "./create-app.ts";
export type {
  Collection,
  Collections,
  DataWriter,
  DocumentWriter,
  Entry,
  InstallationDocuments,
  KeyRange,
  ListOptions,
} from "./data/index.ts";
export { databaseFile, EnvironmentError } from "./environment/index.ts";
export { isProduction } from "./environment/mode.ts";
export {
  AppError,
  type AppErrorDetails,
  type AppErrorFields,
  errorState,
  ProviderUnreachable,
  RateLimited,
} from "./errors/app-error.ts";
export type { Installation, InstallationStatus } from "./installations/installation.ts";
export type {
  InstallationJobs,
  InstallContext,
  Job,
  JobContext,
  JobFailure,
  JobHandler,
  JobOptions,
  JobProgress,
  JobRun,
  JobRunStatus,
  ListRunsOptions,
  Overlap,
  RunCause,
  ScheduleArguments,
  ScheduleOptions,
  StepContext,
  UninstallContext,
  UnknownEffect,
} from "./jobs/interface.ts";
export { isFinal } from "./jobs/policy/retries.ts";
export type { Log, LogFields } from "./log/index.ts";
export type { AppManifest, AuthorizeUser } from "./manifest/index.ts";
export { checkInput } from "./portal/calls/input.ts";
export type { ContentPolicy } from "./portal/documents/content-policy.ts";
export type {
  AnswerStatus,
  HtmlAnswer,
  JsonAnswer,
  JsonBody,
  JsonHeld,
  PathParameter,
  Portal,
  PortalAnswer,
  PortalContext,
  PortalHandler,
  PortalRouteOptions,
  PortalUser,
  RegisterRoute,
  RunAction,
  RunRoutesOptions,
  ShownJob,
} from "./portal/interface.ts";
export { memberOf } from "./portal/sessions/member.ts";
export type { InstallationSecrets, KeptSecret, Secrets } from "./secrets/index.ts";
export { type BeginOptions, type Served, type ServeOptions, serve } from "./server/index.ts";
export { type NodeListener, toNodeListener } from "./server/other-servers.ts";
export type { KeyService, KeyServiceCall } from "./vault/key-service.ts";
export type { WebhookCall, WebhookHandler } from "./webhooks/index.ts";
