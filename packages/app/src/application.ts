import type { Scope } from "@annex/protocol";
import type { InstallContext, Portal, UninstallContext } from "./context.ts";
import type { Installation } from "./installations/installation.ts";
import type { Job, JobHandler, JobOptions } from "./jobs/interface.ts";
import type { ContentPolicy } from "./portal/content-policy.ts";

/** What the app says of itself; what a team registers with Cloud is made of it. Contract section 2. */
export type AppManifest = {
  readonly name: string;
  readonly description: string;
  readonly developer: string;
  /** Absolute, or a path of the app itself such as `/portal/logo.svg`. */
  readonly logoUrl: string;
  /** Ask only for what the app needs; the user may grant less. */
  readonly permissions: readonly Scope[];
  /** Members who may use it, by id; nobody named means every member. Held to by the app at launch, page and call, as by Cloud. */
  readonly launchAccess?: readonly string[];
};

/**
 * Asked at launch, on each page load and on each call: may this member use the app
 * here? Has five seconds to answer. Who fails or does not answer lets nobody in:
 * the member is told to try again (`app_failed`), and the log says why.
 */
export type AuthorizeUser = (request: {
  readonly installation: Installation;
  /** Absent in the later edition of the payloads. */
  readonly userId: string | undefined;
  /** Aborted when the time is up. */
  readonly signal: AbortSignal;
}) => boolean | Promise<boolean>;

export type AppOptions = {
  /** Short name in lower case, such as `stripe-sync`: names the default database `data/<name>.db` and the log's lines. */
  readonly name: string;
  readonly manifest: AppManifest;
  /** What each permission is for, completing "It needs it …": `"to post pay-ins to the ledger"`. Shown when it is missing. */
  readonly permissionPurposes: Readonly<Partial<Record<Scope, string>>>;
  /** A built single-page app (index.html and its assets) served under `/portal`. Without it a plain page is served. */
  readonly pages?: { readonly directory: string };
  /** Hosts that the pages may load from and reach besides the app itself, such as a provider's script. */
  readonly contentPolicy?: ContentPolicy;
  readonly authorizeUser?: AuthorizeUser;
  /** Variables that configure the app; `process.env` unless given. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** Now, in milliseconds since 1970. */
  readonly clock?: () => number;
  /** A number in [0, 1), for the jitter of retries; never for a token. */
  readonly random?: () => number;
  /** How Cloud is reached. */
  readonly fetch?: typeof globalThis.fetch;
};

/** A Custom App. Made with `createApp`, run with `serve`. */
export type App = {
  readonly name: string;
  readonly manifest: AppManifest;
  /**
   * Answers one request, in any web-standard runtime; opens the database at the first.
   *
   * @param from.address who is at the other end of the connection, where the runtime says; asked for by `ANNEX_ALLOWED_SOURCES`.
   * @throws EnvironmentError when a variable is wrong.
   */
  fetch(request: Request, from?: { readonly address?: string }): Promise<Response>;
  /** Work to do after an installation, durably, after the answer to Cloud, at least once. Contract section 3. */
  onInstall(handler: (context: InstallContext) => unknown): void;
  /** Work to do when an installation has ended, once its key is gone. Contract section 4. */
  onUninstall(handler: (context: UninstallContext) => unknown): void;
  /** Defines durable background work; see `Job`. */
  job<Input = undefined, Result = unknown>(
    name: string,
    options: JobOptions<Input>,
    handler: JobHandler<Input, Result>,
  ): Job<Input, Result>;
  /** Starts a job for every active installation at the times of a cron expression, in UTC. */
  schedule<Input, Result>(name: string, cron: string, job: Job<Input, Result>): void;
  readonly portal: Portal;
  /** Waits for what is being committed, stops the jobs, closes the database. */
  close(): Promise<void>;
};
