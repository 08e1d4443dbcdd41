/**
 * What the framework asks of a store. The stores are siblings with the same file
 * names inside: `sqlite` now. A store decides nothing: for an event it reads what
 * is known, asks the decision, and carries out the changes in one transaction.
 */
import type { ListOptions } from "../data/index.ts";
import type { Change, Decision, EventFacts, Known } from "../installations/decision.ts";
import type { Installation } from "../installations/installation.ts";
import type { Outbox } from "../jobs-host.ts";

/** An installation with what portal sessions are bound to. */
export type StoredInstallation = Installation & {
  /** Grows whenever the installation ends or gets a new key; what was made for an earlier one is void. */
  readonly generation: number;
  /** When the stored key arrived, in milliseconds since 1970; absent when there is none. */
  readonly keyStoredAt: number | undefined;
};

/** How a store asks what an event does; may be asked twice for one event, so it must be pure. */
export type Decide = (known: Known) => Decision;

/** The event with the means to seal its key, should the decision want it stored. */
export type EventToApply = {
  readonly facts: EventFacts;
  readonly now: number;
  readonly decide: Decide;
  /** The sealed key; absent for events without one. */
  readonly seal?: () => Uint8Array;
};

/** What came of an event. Durable when the promise resolves, an overwritten key included. */
export type Applied = { readonly decision: Decision; readonly changes: readonly Change[] };

/** A portal link or session as it is stored: under a key made of its token's time and hash. Times in milliseconds since 1970. */
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

/** Which part of a collection, with the installation it belongs to. */
export type CollectionAddress = { readonly installedAppId: string; readonly collection: string };

export type Store = {
  /** The file, where the store is one. */
  readonly databaseFile: string;
  apply(event: EventToApply): Promise<Applied>;
  readonly installations: {
    find(installedAppId: string): Promise<StoredInstallation | undefined>;
    listActive(): Promise<readonly StoredInstallation[]>;
    sealedKey(installedAppId: string): Promise<Uint8Array | undefined>;
  };
  readonly links: {
    add(link: StoredLink): Promise<void>;
    find(tokenKey: Uint8Array): Promise<WithInstallation<StoredLink> | undefined>;
  };
  readonly sessions: {
    add(session: StoredSession): Promise<void>;
    find(tokenKey: Uint8Array): Promise<WithInstallation<StoredSession> | undefined>;
    touch(tokenKey: Uint8Array, lastUsedAt: number): Promise<void>;
  };
  /** Forgets links and sessions that expired before a time, a bounded number a call; true when there may be more. */
  forgetExpired(before: number): Promise<boolean>;
  readonly outbox: Outbox;
  readonly documents: {
    get(address: CollectionAddress, key: string): Promise<string | undefined>;
    put(
      address: CollectionAddress,
      entries: readonly (readonly [key: string, text: string])[],
    ): Promise<void>;
    delete(address: CollectionAddress, key: string): Promise<boolean>;
    list(address: CollectionAddress, options: ListOptions): Promise<readonly { key: string; text: string }[]>;
    count(address: CollectionAddress, prefix: string): Promise<number>;
  };
  /** Whether the store can take events: one cheap read and no failed write before it. */
  healthy(): Promise<boolean>;
  close(): Promise<void>;
};
