/**
 * What the framework gives to the jobs folder, and all it may use of the rest.
 *
 * An event's transaction writes outbox rows; after the commit the framework calls
 * `wake()`. The relay reads undelivered rows, carries each out idempotently under
 * its `outboxId`, and marks it delivered; a row is seen again after a crash.
 */
import type { Scope } from "@annex/protocol";
import type { InstallationContext } from "./context.ts";
import type { InstallationData } from "./data/index.ts";
import type { Installation } from "./installations/installation.ts";
import type { Log } from "./log/index.ts";

/**
 * What a row asks for.
 * - `install`: start the `onInstall` work.
 * - `uninstall`: cancel every run of the installation, then start the `onUninstall` work.
 * - `ended`: cancel every run of the installation (its key was revoked); no hook.
 */
export type OutboxKind = "install" | "uninstall" | "ended";

export type OutboxRow = {
  /** Grows with each row; one row is one piece of work, for ever. */
  readonly outboxId: number;
  readonly installedAppId: string;
  readonly kind: OutboxKind;
  /** Why: `installed`, `new-key`, `uninstalled`, `superseded`, `key-revoked`. */
  readonly reason: string;
};

export type Outbox = {
  /** Undelivered rows, oldest first. */
  undelivered(limit: number): Promise<readonly OutboxRow[]>;
  markDelivered(outboxIds: readonly number[]): Promise<void>;
};

export type JobsHost = {
  /** The app's database file; the engine may open it, or a sibling of it, with connections of its own. */
  readonly databaseFile: string;
  readonly outbox: Outbox;
  /**
   * The guard, asked before a run and before each of its steps: the installation is
   * active and has what is required.
   * @throws AppError app_uninstalled, key_revoked or missing_permission.
   */
  bind(installedAppId: string, requires: readonly Scope[]): Promise<InstallationContext>;
  /** For `onUninstall`, whose installation is not active any more. */
  bindEnded(installedAppId: string): Promise<{
    readonly installation: Installation;
    readonly data: InstallationData;
    readonly log: Log;
  }>;
  /** Installations a schedule starts runs for. */
  activeInstallations(): Promise<readonly Installation[]>;
  /** Now, in milliseconds since 1970. */
  readonly clock: () => number;
  /** A number in [0, 1), for jitter. */
  readonly random: () => number;
  readonly log: Log;
  /** Ends the process here when the environment asks for it; see crash-point.ts. */
  readonly crashPoint: (name: string) => void;
};
