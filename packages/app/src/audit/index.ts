/**
 * The audit trail: who did what in which installation. What the framework does is written by the transaction that does
 * it, where there is one; an author adds what matters of his own. Entries are only added, and forgotten when they are
 * older than `auditDays` of `createApp`; `annex audit export` prints them. Nothing secret is in one.
 *
 * Touches nothing: what an entry is, and what an event's entries are. The stores write them.
 */

/** Who did something. */
export type Actor =
  /** Cloud, by an event, a launch or its answer to a call. */
  | { readonly kind: "cloud" }
  /** A member in the portal; nameless in the later edition of the payloads. */
  | { readonly kind: "member"; readonly id: string | undefined }
  /** A run of a job or a hook. */
  | { readonly kind: "job"; readonly id: string }
  /** The app's own code outside of any of these, such as the webhook of a provider. */
  | { readonly kind: "app" }
  /** Who ran a command on the app's machine, by the name the system has for him. */
  | { readonly kind: "operator"; readonly id: string | undefined };

/** What was done; `app.…` is an author's own. */
export type AuditAction =
  | "installation.installed"
  | "installation.renewed"
  | "installation.uninstalled"
  | "installation.superseded"
  | "installation.cancelled"
  | "installation.revoked"
  | "installation.contested"
  | "key.refused"
  | "key.accepted"
  | "portal.launched"
  | "portal.called"
  | "job.started"
  | "job.retried"
  | "job.cancelled"
  | "job.effect_seen"
  | "secret.set"
  | "secret.removed"
  | "data.exported"
  | "data.erased"
  | "keys.rotated"
  /** A file of an earlier version, whose newest entries were forgotten: the numbers go on from this one. */
  | "trail.continued"
  | `app.${string}`;

/** Particulars of an entry of the audit trail: plain values, no secret and no personal data. */
export type AuditDetails = Readonly<Record<string, string | number | boolean | null>>;

/** An entry to be added. */
export type AuditEntry = {
  /** Milliseconds since 1970. */
  readonly at: number;
  /** Absent for what is done to all of them. */
  readonly installedAppId?: string;
  readonly actor: Actor;
  readonly action: AuditAction;
  readonly details?: AuditDetails;
};

/** An entry as it is kept. */
export type KeptAuditEntry = AuditEntry & {
  /** Grows with each entry; what is missing between two was forgotten, or belongs to what was never committed. */
  readonly entryNumber: number;
};

/** What an author adds. */
export type Audit = {
  /**
   * Adds an entry, durably: in the portal by the member, in a job by its run.
   *
   * @param action what was done, as `app.<action>`: 1 to 60 lower-case letters, digits, `.`, `_` or `-`.
   * @throws TypeError for another action, for details that are not plain, are secret or have over 4 KiB of text.
   * @example
   * ```ts
   * await c.audit.record("mapping.changed", { ledger_id: id, from: before, to: after });
   * ```
   */
  record(action: string, details?: AuditDetails): Promise<void>;
};
