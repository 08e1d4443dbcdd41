/**
 * What the framework asks of a store. The stores are siblings with the same file
 * names inside: `sqlite` and `postgres`. A store decides nothing: for an event it
 * reads what is known, asks the decision, and carries out the changes in one
 * transaction, together with the runs they start.
 *
 * Times are milliseconds since 1970. What a promise gives is durable when it resolves.
 */
import type { Actor, AuditEntry, KeptAuditEntry } from "../audit/index.ts";
import type { Change, Decision, EventFacts, Known } from "../installations/decision.ts";
import type { Installation } from "../installations/installation.ts";
import type { SealedKey } from "../vault/index.ts";
import type { WrappedKeyStore } from "../vault/wrapped-keys.ts";
import type { RunHolder, RunStore, StoredRun } from "./runs.ts";

/** An installation with what portal sessions are bound to. */
export type StoredInstallation = Installation & {
  /** Grows whenever the installation ends or gets a new key; what was made for an earlier one is void. */
  readonly generation: number;
  /** When the stored key arrived; absent when there is none. */
  readonly keyStoredAt: number | undefined;
};

/** How a store asks what an event does; may be asked twice for one event, so it must be pure. */
export type Decide = (known: Known) => Decision;

/** The event with the means to seal its key, should the decision want it stored. */
export type EventToApply = {
  readonly facts: EventFacts;
  readonly now: number;
  readonly decide: Decide;
  /** The trace it came in (`traceparent`), kept with the runs it starts. */
  readonly trace?: string;
  /** The sealed key; absent for events without one. */
  readonly seal?: () => SealedKey;
};

/** What came of an event. */
export type Applied = { readonly decision: Decision; readonly changes: readonly Change[] };

/** What a call to Cloud wants to know first. */
export type Credentials = {
  readonly sealed: Uint8Array;
  /** Since when Cloud refuses the key without a verdict. */
  readonly suspendedAt: number | undefined;
};

/** What only Cloud can answer about an installation that is active here. */
export type OpenQuestions = {
  readonly suspendedAt: number | undefined;
  /** The installation it is in a contest with, and since when, oldest first; empty when it is alone. */
  readonly contests: readonly { readonly otherId: string; readonly since: number }[];
};

/** A portal link or session as it is stored: under a key made of its token's time and hash. */
export type StoredLink = {
  readonly tokenKey: Uint8Array;
  readonly installedAppId: string;
  readonly generation: number;
  readonly userId: string | undefined;
  readonly createdAt: number;
  readonly expiresAt: number;
};

export type StoredSession = StoredLink & { readonly lastUsedAt: number };

/** A link or session together with its installation. */
export type WithInstallation<Record> = {
  readonly record: Record;
  readonly installation: StoredInstallation;
};

/** Whose documents: an installation's, or its tenant's (organization and instance), which the next installation finds. */
export type Owner =
  | { readonly of: "installation"; readonly installedAppId: string }
  | { readonly of: "tenant"; readonly tenantNumber: number };

/** A secret of the app's own to be kept, sealed. */
export type SecretToKeep = {
  readonly owner: Owner;
  readonly name: string;
  readonly key: SealedKey;
  readonly prefix: string;
  readonly setAt: number;
  readonly setBy: string | undefined;
  readonly actor: Actor;
  /** Kept only while this installation is active. */
  readonly installedAppId: string;
};

export type SecretToRemove = Pick<SecretToKeep, "owner" | "name" | "actor" | "installedAppId"> & {
  readonly now: number;
};

/** What is told of a secret that is kept. */
export type StoredSecret = {
  readonly name: string;
  readonly prefix: string;
  readonly setAt: number;
  readonly setBy: string | undefined;
};

/** Which collection of whom. */
export type CollectionAddress = { readonly owner: Owner; readonly collection: string };

/** One document; `text` is absent where there is none. */
export type DocumentWrite = {
  readonly address: CollectionAddress;
  readonly key: string;
  readonly text: string | undefined;
};

/** Keys from (inclusive) and to (exclusive), of those that begin with the prefix. */
export type KeyRange = { readonly prefix?: string; readonly from?: string; readonly to?: string };

export type ListDocuments = KeyRange & {
  readonly after?: string;
  readonly limit?: number;
  readonly descending?: boolean;
};

/**
 * What is committed together: documents, and runs that start. `expected` are documents as they were read;
 * when one has changed since, nothing is committed.
 */
export type Unit = {
  readonly expected: readonly DocumentWrite[];
  readonly writes: readonly DocumentWrite[];
  readonly runs: readonly NewRun[];
  /** The result of a step, kept in the same commit and taken from the run's holder only. */
  readonly step?: FinishedStep;
};

export type FinishedStep = {
  readonly holder: RunHolder;
  readonly name: string;
  readonly result: string | undefined;
};

/** A run to start. */
export type NewRun = {
  readonly installedAppId: string;
  readonly job: string;
  /** Text of `encodeValue`. */
  readonly input?: string | undefined;
  /** The trace in which it was started (`traceparent`). */
  readonly trace?: string | undefined;
  /** Who started it, where that is to be in the audit trail. */
  readonly startedBy?: Actor;
  /** Who or what starts it; JSON. */
  readonly cause?: string;
  /** Starts once only under this key; what is started again under it is the run of then. */
  readonly key?: RunKey;
  /**
   * Not at all while another run of the job is under way in this installation. One that was put off and has not begun
   * counts where this one is put off too.
   */
  readonly unlessUnderWay?: boolean;
  /** When it may start, where that lies ahead. */
  readonly startsAt?: number;
};

export type RunKey = {
  readonly text: string;
  /** Of the input: another input under the same key is refused. */
  readonly fingerprint: string;
  /** What an earlier version kept in its place: known by it, the input is the same as well. */
  readonly fingerprintAsWritten?: string;
  /** When the key may be forgotten; while the installation lives unless given. */
  readonly expiresAt?: number;
};

/** What came of a unit. */
export type Committed =
  | { readonly outcome: "committed"; readonly runs: readonly (RunStarted | undefined)[] }
  /** A document was not as expected; nothing was committed. */
  | { readonly outcome: "conflict" }
  /** A key is known with another input; nothing was committed. */
  | { readonly outcome: "key-reused"; readonly key: string }
  /** The run of the step has another holder by now, or was cancelled; nothing was committed. */
  | { readonly outcome: "lost" };

/** A run that was started, now or before under the same key. */
export type RunStarted = { readonly runNumber: number; readonly runId: string; readonly isNew: boolean };

export type Store = {
  readonly engine: "sqlite" | "postgres";
  /** Takes an event: what it decides, and the runs it starts, in one transaction. */
  apply(event: EventToApply): Promise<Applied>;
  /** Commits documents and runs together. */
  commit(unit: Unit, now: number): Promise<Committed>;
  readonly installations: {
    find(installedAppId: string): Promise<StoredInstallation | undefined>;
    /** Active ones in the order of their ids, beyond one; for schedules and lists. */
    listActive(afterId: string, limit: number): Promise<readonly StoredInstallation[]>;
    credentials(installedAppId: string): Promise<Credentials | undefined>;
    openQuestions(installedAppId: string): Promise<OpenQuestions>;
    /** The number of the tenant an installation belongs to; made at its first use. */
    tenantNumber(installation: Installation, now: number): Promise<number>;
  };
  readonly links: {
    /**
     * Adds the link that is made of an installation as it is at this moment, if one is made. `make` can be asked more
     * than once; what it gave the last time is given back.
     */
    open<Made extends { readonly link: StoredLink | undefined }>(
      installedAppId: string,
      make: (installation: StoredInstallation | undefined) => Made,
    ): Promise<Made>;
    find(tokenKey: Uint8Array): Promise<WithInstallation<StoredLink> | undefined>;
  };
  readonly sessions: {
    add(session: StoredSession): Promise<void>;
    find(tokenKey: Uint8Array): Promise<WithInstallation<StoredSession> | undefined>;
    touch(tokenKey: Uint8Array, lastUsedAt: number): Promise<void>;
  };
  readonly documents: {
    get(address: CollectionAddress, key: string): Promise<string | undefined>;
    list(
      address: CollectionAddress,
      options: ListDocuments,
    ): Promise<readonly { readonly key: string; readonly text: string }[]>;
    count(address: CollectionAddress, range: KeyRange): Promise<number>;
    /** Deletes a range; how many there were. */
    clear(address: CollectionAddress, range: KeyRange): Promise<number>;
    /** Every document of an owner, collection by collection, beyond one; for exports. */
    listAll(
      owner: Owner,
      after: { readonly collection: string; readonly key: string } | undefined,
      limit: number,
    ): Promise<readonly { readonly collection: string; readonly key: string; readonly text: string }[]>;
  };
  readonly secrets: {
    /** False when the installation is not active; nothing is kept then. */
    set(secret: SecretToKeep): Promise<boolean>;
    find(owner: Owner, name: string): Promise<Uint8Array | undefined>;
    /** Whether there was one. */
    remove(secret: SecretToRemove): Promise<boolean>;
    /** In the order of their names. */
    list(owner: Owner): Promise<readonly StoredSecret[]>;
  };
  readonly runs: RunStore;
  readonly effects: EffectStore;
  readonly calls: CallStore;
  readonly retirement: Retirement;
  readonly ring: RingUse;
  /** Who did what. What is done in a transaction of the store's own leaves its entry there. */
  readonly audit: {
    append(entry: AuditEntry): Promise<void>;
    /** In their order, beyond one; of all installations unless one is named. */
    list(asked: {
      readonly installedAppId?: string;
      readonly since: number;
      readonly after: number;
      readonly limit: number;
    }): Promise<readonly KeptAuditEntry[]>;
  };
  readonly wrappedKeys: WrappedKeyStore;
  /**
   * Whether the store can take events: a small write goes through. Resolves within the time it is given.
   *
   * @param milliseconds how long it may take
   */
  health(milliseconds: number): Promise<StoreHealth>;
  close(): Promise<void>;
};

/** What a piece of work does to the world outside, noted before it is sent. */
export type EffectStore = {
  find(work: EffectWork, effectId: string): Promise<StoredEffect | undefined>;
  /** Notes an effect; false when the work has another holder by now. */
  note(work: EffectWork, effectId: string, effect: string, now: number): Promise<boolean>;
  /** It was done; `result` is JSON. */
  settle(work: EffectWork, effectId: string, result: string): Promise<void>;
  /** It was certainly not done. */
  forget(work: EffectWork, effectId: string): Promise<void>;
  /** Those of a run of which no result is known, those too of which a person has said what he saw. */
  open(runNumber: number): Promise<readonly StoredEffect[]>;
  /** What a person saw who looked, in place of what he said before; false when there is no such open effect. */
  answer(
    run: StoredRun,
    effectId: string,
    seen: "done" | "not-done",
    now: number,
    actor: Actor,
  ): Promise<boolean>;
};

/** Whose effects: a run's, under its fence, or a portal call's, while its holder holds it. */
export type EffectWork =
  | { readonly of: "run"; readonly holder: RunHolder }
  | { readonly of: "call"; readonly holder: CallHolder };

/** Which portal call of an installation: `key` stands for a member's press. */
export type CallAddress = { readonly installedAppId: string; readonly key: string };

/** A portal call and the text by which its holder is known. */
export type CallHolder = CallAddress & { readonly holding: string };

/** A portal call as it is filed. */
export type StoredCall = {
  /** Who carries it out, and what was asked. */
  readonly holding: string;
  /** Absent until it is concluded. */
  readonly answer: string | undefined;
};

/** Portal calls that came with a key: each is carried out once, and its answer is kept for whoever repeats it. */
export type CallStore = {
  /** Files a call that nobody has filed; what is filed, otherwise. */
  begin(holder: CallHolder, now: number): Promise<StoredCall | undefined>;
  /** What is filed, if anything is. */
  find(address: CallAddress): Promise<StoredCall | undefined>;
  /** Hands an open call from one holder to another; false when somebody else had it by then. */
  pass(holder: CallHolder, to: string): Promise<boolean>;
  /** Keeps the answer; false when somebody else holds the call. */
  conclude(holder: CallHolder, answer: string): Promise<boolean>;
};

export type StoredEffect = {
  readonly effectId: string;
  /** The effect as it was noted; JSON. */
  readonly effect: string;
  readonly notedAt: number;
  /** Absent while nobody knows whether it was done. */
  readonly result: string | undefined;
  readonly seen: "done" | "not-done" | undefined;
};

export type StoreHealth =
  | { readonly ok: true }
  | { readonly ok: false; readonly reason: "busy" | "full" | "read-only" | "unreachable" | "failing" };

/** Forgetting, each call in a bounded part; true when there may be more. */
export type Retirement = {
  /** Links and sessions that expired before a time. */
  expired(before: number): Promise<boolean>;
  /** Idempotency keys of events received before a time; their installations stay, and with them what the events did. */
  events(before: number): Promise<boolean>;
  /** Runs that ended before a time, with their steps and effects, and keys of runs that have expired. */
  runs(endedBefore: number, now: number): Promise<boolean>;
  /** Effects of portal calls that were noted before a time. */
  calls(before: number): Promise<boolean>;
  /** Documents, secrets and runs of installations that ended and have no work left. */
  endedInstallations(): Promise<boolean>;
  /** Entries of the audit trail that are older. */
  audit(before: number): Promise<boolean>;
  /** Documents and secrets of tenants none of whose installations has been active since a time. */
  tenants(endedBefore: number): Promise<boolean>;
  /** All that is stored of an installation but its record, at once: documents, secrets, runs, sessions. How much there was. */
  erase(installedAppId: string): Promise<Erased>;
  /** How much is kept of an installation. */
  kept(installedAppId: string): Promise<Kept>;
};

/** How many rows of a table are an installation's. */
export type KeptTable = { readonly what: string; readonly entries: number };

/** What is kept of an installation. */
export type Kept = {
  /** What is erased with it, by table. */
  readonly erasable: readonly KeptTable[];
  /** Its documents once more, by collection. */
  readonly collections: readonly KeptTable[];
  /** What stays: its record, who did what in it, and what is its tenant's. */
  readonly stays: readonly {
    readonly what: "record" | "audit" | "tenantDocuments" | "tenantSecrets";
    readonly entries: number;
  }[];
};

/** Counts of what was erased. */
export type Erased = {
  readonly documents: number;
  readonly secrets: number;
  readonly runs: number;
  readonly sessions: number;
};

/** Which ring keys what is stored is sealed by, and sealing it anew. */
export type RingUse = {
  counts(): Promise<readonly RingKeyUse[]>;
  /** API keys that are under one of these ring keys. */
  keysSealedBy(ringKeyIds: readonly string[], limit: number): Promise<readonly SealedRow[]>;
  /** Replaces a sealed key, unless it has changed since it was read. */
  reseal(row: SealedRow, key: SealedKey, keyHash: string): Promise<boolean>;
  /** Secrets of the app's own that are under one of these ring keys. */
  secretsSealedBy(ringKeyIds: readonly string[], limit: number): Promise<readonly SealedSecret[]>;
  resealSecret(row: SealedSecret, key: SealedKey): Promise<boolean>;
};

/** How much one ring key seals. */
export type RingKeyUse = { readonly ringKeyId: string; readonly apiKeys: number; readonly secrets: number };

export type SealedRow = { readonly installedAppId: string; readonly sealed: Uint8Array };

/** `owner` as `ownerText` writes it. */
export type SealedSecret = { readonly owner: string; readonly name: string; readonly sealed: Uint8Array };

/**
 * The database can't be written at the moment; nothing of what was asked happened.
 *
 * @example
 * ```ts
 * if (error instanceof StoreUnavailable) console.error(error.reason, error.message);
 * ```
 */
export class StoreUnavailable extends Error {
  override readonly name = "StoreUnavailable";
  readonly reason: Exclude<StoreHealth, { ok: true }>["reason"];
  constructor(reason: StoreUnavailable["reason"], message: string, cause?: unknown) {
    super(message, { cause });
    this.reason = reason;
  }
}
