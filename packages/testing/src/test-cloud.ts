/** What a test can say to its Cloud. */
import type { Scope } from "@annex/protocol";
import type { Sandbox, SandboxClock, Settings } from "@annex/sandbox";
import type { Books } from "./books.ts";
import type { TestPage } from "./page.ts";
import type { TestedApp } from "./served-app.ts";

/** An app the Cloud knows. */
export type RegisteredApp = { readonly app_id: string; readonly name: string };

/** An installation, as the admin API answers it. */
export type TestInstallation = {
  readonly installed_app_id: string;
  readonly status: string;
  readonly api_key_prefix: string;
  readonly delivery_id: string;
};

/** Where an app is installed, and with what it is granted. Contract section 3. */
export type InstallOptions = {
  /** Scopes to grant; all that the app asks for unless said. */
  readonly grant?: readonly Scope[];
  /** By name or id; the organization's first unless said. */
  readonly instance?: string;
  /** By name or id; the first unless said. An app is registered in each that it is installed in, under an id of its own. */
  readonly organization?: string;
};

/** What the app answered to a delivery. */
export type DeliveryAnswer = {
  readonly status: number;
  readonly duration_ms: number;
  readonly body: unknown;
};

/** One call the Cloud was asked. */
export type AuditEntry = Readonly<Record<string, unknown>>;

/** A Cloud in the test's own process, with what a person does in the dashboard as functions. Specified by the doors. */
export type TestCloud = {
  /** Base of the Cloud API, and the dashboard's address. */
  readonly url: string;
  /**
   * Serves an app on a free port and registers it, or registers one that runs elsewhere by its manifest with
   * `registrationCallbackUrl` and `portalGeneratorUrl`. The same name again brings it up to date.
   *
   * @throws TestCloudRefusal 422 naming the field.
   */
  register(app: TestedApp | Readonly<Record<string, unknown>>): Promise<RegisteredApp>;
  /**
   * Installs an app: by itself, by what `register` gave, by name or by id.
   *
   * @throws TestCloudRefusal 502 `install_cancelled` when the app does not answer 2xx in time.
   */
  install(app: TestedApp | RegisteredApp | string, options?: InstallOptions): Promise<TestInstallation>;
  /** @throws TestCloudRefusal 502 `uninstall_failed` when the app does not answer 2xx in time. */
  uninstall(installation: TestInstallation | string): Promise<void>;
  /**
   * Asks the app for a portal URL, as a member of the installation's organization by id, e-mail or role; the first one
   * unless said.
   *
   * @throws TestCloudRefusal when the app or the Cloud refuses the launch.
   */
  launch(
    installation: TestInstallation | string,
    options?: { readonly user?: string },
  ): Promise<{ readonly portal_url: string; readonly delivery_id: string }>;
  /** Launches and enters, as the dashboard's frame does. */
  open(installation: TestInstallation | string, options?: { readonly user?: string }): Promise<TestPage>;
  /**
   * Sends the last event of a kind again: the very same body, key included.
   *
   * @throws Error when the installation has had no such event yet.
   */
  deliver(
    installation: TestInstallation | string,
    event: "install" | "uninstall" | "portal",
    options?: { readonly times?: number; readonly parallel?: boolean },
  ): Promise<readonly DeliveryAnswer[]>;
  readonly faults: {
    /** Sets a fault by its name, with its values and its scope. */
    set(fault: string, values?: Readonly<Record<string, unknown>>): ReturnType<Sandbox["faults"]["set"]>;
    list: Sandbox["faults"]["list"];
    clear: Sandbox["faults"]["clear"];
  };
  /**
   * The Cloud's clock, and that of the apps which are served here and have none of their own: what waits for a time, the
   * schedules of an app among it, comes due when it is put ahead. Sessions and links end by it too, so open a page anew.
   *
   * @example
   * ```ts
   * await cloud.clock.advance(86_400); // each daily schedule starts its job
   * ```
   */
  readonly clock: SandboxClock;
  /** How the Cloud behaves towards every app: the payloads' edition, its time limit, its rate limit. */
  readonly settings: {
    current(): Promise<Settings>;
    /**
     * Changes the given ones, from the next call on.
     *
     * @throws TestCloudRefusal 422 naming the field.
     * @example
     * ```ts
     * await cloud.settings.change({ edition: "later" }); // without organization_id and user_id
     * ```
     */
    change(changes: Partial<Settings>): Promise<Settings>;
  };
  /** The books behind an instance, by name or id; the first one's unless said. */
  ledger(instance?: string): Books;
  /** What the Cloud was asked, newest first; `query` as the admin API takes it. */
  audit(query?: Readonly<Record<string, string>>): Promise<readonly AuditEntry[]>;
  /** Ends the apps and the Cloud, and forgets their files. */
  stop(): Promise<void>;
};
