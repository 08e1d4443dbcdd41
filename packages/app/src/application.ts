import type { Scope } from "@annex/protocol";
import type {
  InstallContext,
  Job,
  JobHandler,
  JobOptions,
  ScheduleArguments,
  UninstallContext,
} from "./jobs/interface.ts";
import type { AppManifest, AuthorizeUser } from "./manifest/index.ts";
import type { ContentPolicy } from "./portal/documents/content-policy.ts";
import type { Portal } from "./portal/interface.ts";
import type { BeginOptions, Served, ServeOptions } from "./process/served.ts";
import type { KeyService } from "./vault/key-service.ts";
import type { WebhookHandler } from "./webhooks/index.ts";

/** What an app is made of; its two URLs and its secrets come from the environment. Times are in seconds or days, as each name says. Contract section 2. */
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
  /**
   * How long the handler of a portal route may take, in seconds; 25 unless given, since the portal kit waits for 30. Then
   * the page hears that it was not done in time, and the handler's `signal` is aborted. A route can have its own.
   */
  readonly portalDeadlineSeconds?: number;
  /** How many days a tenant's documents (`data.tenant`) are kept after its last installation has ended; 30 unless given. */
  readonly tenantDataDays?: number;
  /** How many days entries of the audit trail are kept; 365 unless given. */
  readonly auditDays?: number;
  /** An outside key service, such as a cloud's KMS, that wraps the keys which seal what is stored; in place of `ANNEX_KEY_RING`. */
  readonly keyService?: KeyService;
  /** How many days a run is kept after it has ended; 90 unless given. Its page and its place in the lists go with it. */
  readonly runDays?: number;
  /** Variables that configure the app; `process.env` unless given. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** Now, in milliseconds since 1970. */
  readonly clock?: () => number;
  /** A number in [0, 1), for the jitter of retries; never for a token. */
  readonly random?: () => number;
  /** How Cloud is reached. */
  readonly fetch?: typeof globalThis.fetch;
  /** Waits so many milliseconds, between two tries of a call to Cloud; a test need not. */
  readonly sleep?: (milliseconds: number) => Promise<void>;
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
  /**
   * Starts a job for every active installation at the times of a cron expression, in UTC unless a time zone is given.
   * The input is needed where the job's schema needs one.
   *
   * @example
   * ```ts
   * app.schedule("nightly", "30 2 * * *", importPayIns, { input: { days: 2 }, timeZone: "Europe/Berlin" });
   * ```
   */
  schedule<Input, Result>(
    name: string,
    cron: string,
    job: Job<Input, Result>,
    ...given: ScheduleArguments<Input>
  ): void;
  readonly portal: Portal;
  /**
   * Answers a provider's `POST`s below `/webhooks`. Nobody's session is asked for: verify who calls before anything else.
   *
   * @param path below `/webhooks`; `:name` in it is a parameter.
   * @example
   * ```ts
   * app.webhook("/stripe/:installation", async ({ param, header, body }) => {
   *   const event = verified(body, header("stripe-signature"));
   *   const bound = await app.installation(param("installation"));
   *   await bound?.jobs.start(sync, event, { idempotencyKey: event.id });
   *   return new Response(null, { status: bound === undefined ? 410 : 202 });
   * });
   * ```
   */
  webhook(path: string, handler: WebhookHandler): void;
  /**
   * Opens the app and begins its background work: due runs go on, schedules tick. `serve` does it by itself; inside
   * another server nothing would happen before the first request.
   *
   * @throws EnvironmentError when a variable is wrong.
   */
  start(how?: BeginOptions): Promise<void>;
  /**
   * What is bound to one installation, for what comes from outside: a provider's webhook, a script. Whoever asks has
   * to know that the caller may speak for it: verify the webhook first.
   *
   * @param options.from what is outside, in words, such as `Stripe's webhook`: the cause of the runs it starts.
   * @returns `undefined` when there is no such installation, or it is not active.
   * @example
   * ```ts
   * const { id } = verify(request.headers, text);
   * const bound = await app.installation(installedAppId, { from: "Stripe's webhook" });
   * await bound?.jobs.start(importPayout, JSON.parse(text), { idempotencyKey: id });
   * ```
   */
  installation(
    installedAppId: string,
    options?: { readonly from?: string },
  ): Promise<InstallContext | undefined>;
  /**
   * Listens with the server of `serve`, and leaves the process alone: no line on its output, no signals. For tests, and
   * for programs that run several apps.
   *
   * @param options.port port when `PORT` is not set; 0 takes a free one.
   * @throws EnvironmentError when a variable is wrong or the port cannot be had.
   * @example
   * ```ts
   * const { url, close } = await app.listen({ port: 0, host: "127.0.0.1" });
   * ```
   */
  listen(options?: ServeOptions & BeginOptions): Promise<Served>;
  /** Waits for what is being committed, stops the jobs, closes the database. */
  close(): Promise<void>;
};
