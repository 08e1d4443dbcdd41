/**
 * What an event does to what is stored: one pure function from (what is known,
 * event, time) to a decision. The store reads what is known, asks, and carries
 * out the changes, all in one transaction; nothing else decides. Implements
 * contract section 5 row by row; decision.test.ts has a line for each row.
 */
import type { Scope } from "@annex/protocol";
import type { InstallationStatus } from "./installation.ts";

/** Whom an event is about. The organization is absent in the later edition. */
export type Tenant = {
  readonly appId: string;
  readonly organizationId: string | undefined;
  readonly instanceId: string;
};

/** An install event, reduced to what decides; the key itself is not here, only its keyed hashes. */
export type InstallFacts = Tenant & {
  readonly kind: "install";
  readonly installedAppId: string;
  readonly idempotencyKey: string;
  readonly grantedPermissions: readonly Scope[];
  readonly apiKeyPrefix: string;
  /** Hash of the body without organization, key and idempotency key. */
  readonly fingerprint: string;
  /** Keyed hashes of the API key, one for each ring key; the first is the one to store. */
  readonly keyHashes: readonly string[];
};

/** An uninstall event. Its `uninstalled_at` is not here: a later try with another time is the same event. */
export type UninstallFacts = Tenant & {
  readonly kind: "uninstall";
  readonly installedAppId: string;
  readonly idempotencyKey: string;
  readonly fingerprint: string;
};

/** Cloud answered 401 to a call with the key of this hash. */
export type KeyRejectedFacts = {
  readonly kind: "key-rejected";
  readonly installedAppId: string;
  readonly keyHashes: readonly string[];
  /** How long after the key arrived a 401 is not yet a verdict. */
  readonly graceMilliseconds: number;
};

export type EventFacts = InstallFacts | UninstallFacts | KeyRejectedFacts;

/** What is stored of one installation, as far as it decides. */
export type KnownInstallation = Tenant & {
  readonly installedAppId: string;
  readonly status: InstallationStatus;
  /** Absent where only an uninstall has been seen. */
  readonly fingerprint: string | undefined;
  /** Absent once the installation was uninstalled or superseded. */
  readonly keyHash: string | undefined;
  /** When the key that is stored arrived, in milliseconds since 1970. */
  readonly keyStoredAt: number | undefined;
};

/** All that is stored and concerns one event. */
export type Known = {
  /** What came under the event's idempotency key before. */
  readonly remembered?:
    | { readonly fingerprint: string; readonly organizationId: string | undefined }
    | undefined;
  readonly installation?: KnownInstallation | undefined;
  /** Ids of other active installations of the same app, organization and instance, where the event could make one active. */
  readonly rivals: readonly string[];
};

/** One thing to carry out. */
export type Change =
  /** Keep the idempotency key with the body's fingerprint. */
  | { readonly change: "remember" }
  /** A new record; `uninstalled` for an installation that ended before it was seen. */
  | { readonly change: "insert"; readonly status: "active" | "uninstalled"; readonly at: number }
  /** A revoked installation becomes active again, with the key of the event. */
  | { readonly change: "renew"; readonly at: number }
  /** Seal the event's key and keep it. */
  | { readonly change: "seal-key" }
  /** Out of service: status, sessions ended, sealed key overwritten. */
  | {
      readonly change: "end";
      readonly installedAppId: string;
      readonly status: Exclude<InstallationStatus, "active">;
      readonly at: number;
    }
  /** Background work, once for ever. */
  | {
      readonly change: "enqueue";
      readonly installedAppId: string;
      readonly kind: "install" | "uninstall" | "ended";
      readonly reason: "installed" | "new-key" | "uninstalled" | "superseded" | "key-revoked";
    };

export type Decision =
  | { readonly outcome: "accepted"; readonly because: Acceptance; readonly changes: readonly Change[] }
  | { readonly outcome: "conflict"; readonly because: Conflict };

export type Acceptance =
  | "installed"
  | "new-key"
  | "uninstalled"
  | "tombstone"
  | "key-revoked"
  /** Seen before; nothing to do. */
  | "duplicate"
  /** An install of an installation that has ended: it stays ended. */
  | "late-install"
  /** A 401 within the grace time, or about a key that is not the stored one. */
  | "not-a-verdict";

export type Conflict =
  | "idempotency_key_reused"
  | "installation_of_another_tenant"
  | "installation_differs"
  | "key_differs";

/**
 * Decides what an event does.
 *
 * @param now milliseconds since 1970.
 * @example
 * ```ts
 * decide({ rivals: [] }, uninstallEvent, Date.now()); // { outcome: "accepted", because: "tombstone", changes: […] }
 * ```
 */
export function decide(known: Known, event: EventFacts, now: number): Decision {
  switch (event.kind) {
    case "install":
      return decideInstall(known, event, now);
    case "uninstall":
      return decideUninstall(known, event, now);
    case "key-rejected":
      return decideRejection(known, event, now);
  }
}

function decideInstall(known: Known, event: InstallFacts, now: number): Decision {
  const { remembered, installation } = known;
  if (remembered !== undefined && !sameBody(remembered, event)) return conflict("idempotency_key_reused");
  if (installation === undefined) return freshInstall(known.rivals, event, now);
  if (!sameTenant(installation, event)) return conflict("installation_of_another_tenant");
  const remember = remembered === undefined ? [{ change: "remember" } as const] : [];
  if (hasEnded(installation)) return accepted("late-install", remember);
  if (installation.fingerprint !== event.fingerprint) return conflict("installation_differs");
  if (isStoredKey(installation, event)) return accepted("duplicate", remember);
  return otherKey(known, installation, event, now);
}

function freshInstall(rivals: readonly string[], event: InstallFacts, now: number): Decision {
  return accepted("installed", [
    ...rivals.flatMap((rival) => supersede(rival, now)),
    { change: "remember" },
    { change: "insert", status: "active", at: now },
    { change: "seal-key" },
    { change: "enqueue", installedAppId: event.installedAppId, kind: "install", reason: "installed" },
  ]);
}

// The old one ended without an event of its own, so its clean-up is started here.
function supersede(installedAppId: string, now: number): readonly Change[] {
  return [
    { change: "end", installedAppId, status: "superseded", at: now },
    { change: "enqueue", installedAppId, kind: "uninstall", reason: "superseded" },
  ];
}

// Only a key that Cloud has rejected may be replaced, and never where a newer installation has taken its place.
function otherKey(known: Known, installation: KnownInstallation, event: InstallFacts, now: number): Decision {
  if (installation.status !== "revoked" || known.rivals.length > 0) return conflict("key_differs");
  return accepted("new-key", [
    ...(known.remembered === undefined ? [{ change: "remember" } as const] : []),
    { change: "renew", at: now },
    { change: "seal-key" },
    { change: "enqueue", installedAppId: event.installedAppId, kind: "install", reason: "new-key" },
  ]);
}

function decideUninstall(known: Known, event: UninstallFacts, now: number): Decision {
  const { remembered, installation } = known;
  if (remembered !== undefined && !sameBody(remembered, event)) return conflict("idempotency_key_reused");
  if (installation === undefined) {
    return accepted("tombstone", [
      { change: "remember" },
      { change: "insert", status: "uninstalled", at: now },
    ]);
  }
  if (!sameTenant(installation, event)) return conflict("installation_of_another_tenant");
  const remember = remembered === undefined ? [{ change: "remember" } as const] : [];
  if (installation.status === "uninstalled") return accepted("duplicate", remember);
  return accepted("uninstalled", [...remember, ...uninstall(installation, now)]);
}

function uninstall(installation: KnownInstallation, now: number): readonly Change[] {
  const { installedAppId } = installation;
  const end: Change = { change: "end", installedAppId, status: "uninstalled", at: now };
  // A superseded one had its clean-up when it was superseded.
  if (installation.status === "superseded") return [end];
  return [end, { change: "enqueue", installedAppId, kind: "uninstall", reason: "uninstalled" }];
}

function decideRejection(known: Known, event: KeyRejectedFacts, now: number): Decision {
  const { installation } = known;
  if (installation?.status !== "active" || !isStoredKey(installation, event)) {
    return accepted("not-a-verdict", []);
  }
  const graceEnds = (installation.keyStoredAt ?? 0) + event.graceMilliseconds;
  if (now < graceEnds) return accepted("not-a-verdict", []);
  const { installedAppId } = installation;
  return accepted("key-revoked", [
    { change: "end", installedAppId, status: "revoked", at: now },
    { change: "enqueue", installedAppId, kind: "ended", reason: "key-revoked" },
  ]);
}

function hasEnded(installation: KnownInstallation): boolean {
  return installation.status === "uninstalled" || installation.status === "superseded";
}

function isStoredKey(installation: KnownInstallation, event: { readonly keyHashes: readonly string[] }) {
  return installation.keyHash !== undefined && event.keyHashes.includes(installation.keyHash);
}

function sameBody(
  remembered: { readonly fingerprint: string; readonly organizationId: string | undefined },
  event: InstallFacts | UninstallFacts,
): boolean {
  return remembered.fingerprint === event.fingerprint && sameOrganization(remembered, event);
}

function sameTenant(one: Tenant, other: Tenant): boolean {
  return one.appId === other.appId && one.instanceId === other.instanceId && sameOrganization(one, other);
}

type Organized = { readonly organizationId: string | undefined };

// The two editions of the payloads may be mixed: where one does not name the organization, it does not contradict.
function sameOrganization(one: Organized, other: Organized): boolean {
  if (one.organizationId === undefined || other.organizationId === undefined) return true;
  return one.organizationId === other.organizationId;
}

function accepted(because: Acceptance, changes: readonly Change[]): Decision {
  return { outcome: "accepted", because, changes };
}

function conflict(because: Conflict): Decision {
  return { outcome: "conflict", because };
}
