/**
 * What an event does to what is stored: one pure function from (what is known,
 * event, time) to a decision. The store reads what is known, asks, and carries
 * out the changes, all in one transaction; nothing else decides. Implements
 * contract section 5 row by row; decision.test.ts has a line for each row.
 *
 * What Cloud answers to a key decides as much as what it sends: only Cloud knows
 * whether a key is revoked and which of two installations is the older one.
 */
import type { Scope } from "@annex/protocol";
import { clockSkew } from "./clock-skew.ts";
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

/**
 * What Cloud answered to a call with a key.
 * - `accepted`: 2xx, or 403 for a scope.
 * - `revoked`: 401 with Cloud's own word `key_revoked`.
 * - `refused`: any other 401, which may be a proxy's or come from a wrong address.
 * - `unclear`: no answer, or none that says anything about the key.
 */
export type KeyAnswer = "accepted" | "revoked" | "refused" | "unclear";

/** Cloud answered a call with the key of this hash. */
export type KeyAnsweredFacts = {
  readonly kind: "key-answered";
  readonly installedAppId: string;
  readonly keyHashes: readonly string[];
  readonly answer: KeyAnswer;
  /** How long after the key arrived a refusal is not yet a verdict. */
  readonly graceMilliseconds: number;
  /** Many installations were refused within a minute: a fault between here and Cloud, not in their keys. */
  readonly manyRefused: boolean;
};

export type EventFacts = InstallFacts | UninstallFacts | KeyAnsweredFacts;

/** What is stored of one installation, as far as it decides. */
export type KnownInstallation = Tenant & {
  readonly installedAppId: string;
  readonly status: InstallationStatus;
  /** Absent where only an uninstall has been seen. */
  readonly fingerprint: string | undefined;
  /** Absent once the installation was uninstalled, superseded or cancelled. */
  readonly keyHash: string | undefined;
  /** When the key that is stored arrived, in milliseconds since 1970. */
  readonly keyStoredAt: number | undefined;
  /** Since when Cloud refuses its key without having said that it is revoked. */
  readonly suspendedAt: number | undefined;
};

/** Two installations of one tenant that both are active here, until Cloud has said which one is. */
export type Contest = {
  readonly olderId: string;
  readonly newerId: string;
  /** When the newer one arrived, in milliseconds since 1970. */
  readonly since: number;
  /** In so many hours Cloud was asked with the older one's key, and said nothing that decides. */
  readonly openHours: number;
  /** When the last of them was counted. */
  readonly countedAt: number | undefined;
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
  /** Open contests in which the installation is the older or the newer one; only where Cloud answered a key. */
  readonly contests?: readonly Contest[] | undefined;
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
  /** Out of service: status, sessions void, sealed key overwritten, runs cancelled, contests closed. */
  | {
      readonly change: "end";
      readonly installedAppId: string;
      readonly status: Exclude<InstallationStatus, "active">;
      readonly at: number;
    }
  /** Two are active; Cloud is to say which one it is. */
  | {
      readonly change: "contest";
      readonly olderId: string;
      readonly newerId: string;
      readonly at: number;
    }
  /** Cloud was asked with the older one's key, and said nothing that decides; `hours` are so many by now. */
  | {
      readonly change: "count-hour";
      readonly olderId: string;
      readonly newerId: string;
      readonly hours: number;
      readonly at: number;
    }
  /** Cloud refuses the key for now; nothing is called with it until Cloud takes it again. */
  | { readonly change: "suspend"; readonly installedAppId: string; readonly at: number }
  | { readonly change: "resume"; readonly installedAppId: string }
  /** Background work, in the same transaction: the app's hook, or asking Cloud. */
  | {
      readonly change: "start";
      readonly installedAppId: string;
      readonly work: "on-install" | "on-uninstall" | "ask-cloud";
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
  /** The older of two has ended, the newer one goes on. */
  | "superseded"
  /** The newer of two is the one Cloud had cancelled; the older goes on. */
  | "cancelled"
  | "suspended"
  | "resumed"
  /** Seen before; nothing to do. */
  | "duplicate"
  /** An install of an installation that has ended: it stays ended. */
  | "late-install"
  /** A refusal within the grace time, of a key that is not the stored one, or that may be somebody else's than Cloud's. */
  | "not-a-verdict"
  /** Cloud takes the key, as before. */
  | "confirmed";

export type Conflict =
  | "idempotency_key_reused"
  | "idempotency_key_of_another"
  | "installation_of_another_tenant"
  | "installation_differs"
  | "key_differs";

/**
 * After so many hours in which Cloud was asked with the older one's key and said nothing that decides, the newer one is
 * believed: the first is counted at once, so it is a day. Contract section 5.
 */
export const hoursBelieved = 25;
/** What comes sooner after the last one is not counted: however a clock jumps, it makes one hour of a day. */
export const hourMilliseconds = 3600 * 1000;

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
    case "key-answered":
      return decideAnswer(known, event, now);
  }
}

function decideInstall(known: Known, event: InstallFacts, now: number): Decision {
  const { remembered, installation } = known;
  if (remembered !== undefined && !sameBody(remembered, event)) return conflict("idempotency_key_reused");
  if (namesAnother(event)) return conflict("idempotency_key_of_another");
  if (installation === undefined) return freshInstall(known.rivals, event, now);
  if (!sameTenant(installation, event)) return conflict("installation_of_another_tenant");
  const remember = remembered === undefined ? [{ change: "remember" } as const] : [];
  if (hasEnded(installation)) return accepted("late-install", remember);
  if (installation.fingerprint !== event.fingerprint) return conflict("installation_differs");
  if (isStoredKey(installation, event)) return accepted("duplicate", remember);
  return otherKey(known, installation, event, now);
}

function freshInstall(rivals: readonly string[], event: InstallFacts, now: number): Decision {
  const { installedAppId } = event;
  return accepted("installed", [
    { change: "remember" },
    { change: "insert", status: "active", at: now },
    { change: "seal-key" },
    ...rivals.flatMap((olderId) => contest(olderId, installedAppId, now)),
    { change: "start", installedAppId, work: "on-install" },
  ]);
}

// No payload carries a time, and a first delivery can be late: only Cloud knows which of the two it has cancelled.
function contest(olderId: string, newerId: string, at: number): readonly Change[] {
  return [
    { change: "contest", olderId, newerId, at },
    { change: "start", installedAppId: olderId, work: "ask-cloud" },
  ];
}

// Only a key that Cloud has rejected may be replaced, and never where a newer installation has taken its place.
function otherKey(known: Known, installation: KnownInstallation, event: InstallFacts, now: number): Decision {
  const { installedAppId } = event;
  const rejected = installation.status === "revoked" || installation.suspendedAt !== undefined;
  if (!rejected || known.rivals.length > 0) return conflict("key_differs");
  return accepted("new-key", [
    ...(known.remembered === undefined ? [{ change: "remember" } as const] : []),
    { change: "renew", at: now },
    { change: "seal-key" },
    { change: "start", installedAppId, work: "on-install" },
  ]);
}

function decideUninstall(known: Known, event: UninstallFacts, now: number): Decision {
  const { remembered, installation } = known;
  if (remembered !== undefined && !sameBody(remembered, event)) return conflict("idempotency_key_reused");
  if (namesAnother(event)) return conflict("idempotency_key_of_another");
  if (installation === undefined) {
    return accepted("tombstone", [
      { change: "remember" },
      { change: "insert", status: "uninstalled", at: now },
    ]);
  }
  if (!sameTenant(installation, event)) return conflict("installation_of_another_tenant");
  const remember = remembered === undefined ? [{ change: "remember" } as const] : [];
  if (installation.status === "uninstalled") return accepted("duplicate", remember);
  const [ended, cleanUp] = end(installation.installedAppId, "uninstalled", now);
  // What was superseded or cancelled had its clean-up then.
  return accepted("uninstalled", [...remember, ended, ...(hasEnded(installation) ? [] : [cleanUp])]);
}

function decideAnswer(known: Known, event: KeyAnsweredFacts, now: number): Decision {
  const { installation } = known;
  if (installation?.status !== "active" || !isStoredKey(installation, event)) {
    return accepted("not-a-verdict", []);
  }
  if (event.answer === "accepted") return keyAccepted(known, installation, now);
  const refused = event.answer !== "unclear" && !inGrace(installation, event, now);
  if (refused && event.answer === "revoked") return keyRevoked(known, installation, now);
  const counted = countHour(known, installation, now);
  if (counted.some(({ hours }) => hours >= hoursBelieved))
    return accepted("superseded", end(installation.installedAppId, "superseded", now));
  return refused ? keyRefused(installation, event, counted, now) : accepted("not-a-verdict", counted);
}

/** Whatever came after this one is what Cloud had cancelled: at most one of a tenant is active in Cloud. */
function keyAccepted(known: Known, installation: KnownInstallation, now: number): Decision {
  const { installedAppId, suspendedAt } = installation;
  const resume: readonly Change[] = suspendedAt === undefined ? [] : [{ change: "resume", installedAppId }];
  const others = contestsOf(known).map((each) =>
    each.olderId === installedAppId
      ? end(each.newerId, "cancelled", now)
      : end(each.olderId, "superseded", now),
  );
  if (others.length > 0) {
    const older = contestsOf(known).some((each) => each.olderId === installedAppId);
    return accepted(older ? "cancelled" : "superseded", [...resume, ...others.flat()]);
  }
  return accepted(suspendedAt === undefined ? "confirmed" : "resumed", resume);
}

function keyRevoked(known: Known, installation: KnownInstallation, now: number): Decision {
  const { installedAppId } = installation;
  const contests = contestsOf(known);
  if (contests.some((each) => each.olderId === installedAppId))
    return accepted("superseded", end(installedAppId, "superseded", now));
  if (contests.length > 0) return accepted("cancelled", end(installedAppId, "cancelled", now));
  return accepted("key-revoked", [{ change: "end", installedAppId, status: "revoked", at: now }]);
}

function keyRefused(
  installation: KnownInstallation,
  event: KeyAnsweredFacts,
  counted: readonly Change[],
  now: number,
): Decision {
  const { installedAppId } = installation;
  if (event.manyRefused || installation.suspendedAt !== undefined) return accepted("not-a-verdict", counted);
  return accepted("suspended", [
    ...counted,
    { change: "suspend", installedAppId, at: now },
    { change: "start", installedAppId, work: "ask-cloud" },
  ]);
}

function end(
  installedAppId: string,
  status: Exclude<InstallationStatus, "active" | "revoked">,
  at: number,
): readonly [Change, Change] {
  return [
    { change: "end", installedAppId, status, at },
    { change: "start", installedAppId, work: "on-uninstall" },
  ];
}

function contestsOf(known: Known): readonly Contest[] {
  return known.contests ?? [];
}

/** Another hour in which nothing was said that decides who goes on. */
function countHour(
  known: Known,
  { installedAppId }: KnownInstallation,
  now: number,
): readonly (Change & { readonly change: "count-hour" })[] {
  return contestsOf(known).flatMap(({ olderId, newerId, openHours, countedAt }) => {
    const count = (more: number) => [
      { change: "count-hour", olderId, newerId, hours: Math.max(0, openHours + more), at: now } as const,
    ];
    if (olderId !== installedAppId) return [];
    if (countedAt === undefined || now >= countedAt + hourMilliseconds) return count(1);
    // An hour that lies ahead was counted by a clock that was wrong, and was none: clocks that differ make no day.
    return now < countedAt - clockSkew ? count(-1) : [];
  });
}

function inGrace({ keyStoredAt }: KnownInstallation, event: KeyAnsweredFacts, now: number): boolean {
  return keyStoredAt !== undefined && !hasPassed(keyStoredAt, event.graceMilliseconds, now);
}

/** A moment that lies ahead was written by a clock that was wrong; nothing waits for it. */
function hasPassed(from: number, milliseconds: number, now: number): boolean {
  return now >= from + milliseconds || now < from - clockSkew;
}

function hasEnded({ status }: KnownInstallation): boolean {
  return status === "uninstalled" || status === "superseded" || status === "cancelled";
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

/**
 * Whether the key names another installation than its event does. The form is `install:instapp_…` with the event's own
 * id (sections 3 and 4); taken as it came, the other's own event would later pass for this one's and be refused.
 * What the platform may put in place of the id, or after it, is left to the platform.
 */
function namesAnother({ idempotencyKey, installedAppId }: InstallFacts | UninstallFacts): boolean {
  const named = /^(?:un)?install:(instapp_.*)$/.exec(idempotencyKey)?.[1];
  if (named === undefined) return false;
  return !named.startsWith(installedAppId) || /^[A-Za-z0-9]/.test(named.slice(installedAppId.length));
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
