/**
 * The framework for Custom Apps of Blnk Cloud: `createApp` makes one, `serve`
 * runs it. Folders in the order data passes through them: callbacks (the two
 * doors Cloud knocks at) → installations (what an event does) → vault (sealing)
 * → stores → jobs → portal; beside them permissions, errors, log, environment,
 * data, server.
 */
export type { CloudClient } from "@annex/client";
export type { ErrorStateCode, KnownErrorCode, Scope } from "@annex/protocol";
export { isKnownErrorCode, Secret } from "@annex/protocol/words";
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
  AnswerStatus,
  HtmlAnswer,
  JsonAnswer,
  JsonBody,
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
} from "./context.ts";
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
export { EnvironmentError } from "./environment/index.ts";
export { isProduction } from "./environment/mode.ts";
export {
  AppError,
  type AppErrorDetails,
  type AppErrorFields,
  errorState,
  ProviderUnreachable,
  RateLimited,
} from "./errors/app-error.ts";
export type {
  DataTransaction,
  InstallationContext,
  InstallationData,
  JobReference,
  JobStarter,
  StartArguments,
  StartOptions,
} from "./installation-context.ts";
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
export type { Log, LogFields } from "./log/index.ts";
export type { AppManifest, AuthorizeUser } from "./manifest.ts";
export type { ContentPolicy } from "./portal/content-policy.ts";
export type { InstallationSecrets, KeptSecret, Secrets } from "./secrets/index.ts";
export { type Served, type ServeOptions, serve } from "./server/index.ts";
export { type NodeListener, toNodeListener } from "./server/other-servers.ts";
export type { KeyService, KeyServiceCall } from "./vault/key-service.ts";
export type { WebhookCall, WebhookHandler } from "./webhooks.ts";
