/**
 * What every handler and every piece of background work is given: the database, the time, fresh ids, and the
 * doors to posting and to durable work. Built once, when the ledger opens.
 */
import { randomUUID } from "node:crypto";
import type { Instant } from "./http/go-time.ts";
import type { Posting } from "./posting/index.ts";
import type { Imitated } from "./posting/orders.ts";
import type { TransactionalDatabase } from "./store/database.ts";
import type { WorkQueue } from "./worker/index.ts";

/** Everything a handler may use. */
export interface LedgerContext {
  readonly database: TransactionalDatabase;
  /** The present, later by at least a microsecond at each call, so that rows sort by when they were made. */
  readonly now: () => Instant;
  /** The 32 bytes tokenization needs; absent when it is disabled. */
  readonly tokenizationSecret: Uint8Array | undefined;
  /** The one path that changes balances. */
  readonly posting: Posting;
  /** Work to be done later, kept in the database until it is done. */
  readonly work: WorkQueue;
  /** Defects of Core that are imitated (contract section 18). */
  readonly imitated: Imitated;
}

/** Prefixes of contract section 2.3. */
export type IdPrefix =
  | "ldg"
  | "bln"
  | "txn"
  | "bulk"
  | "idt"
  | "ref"
  | "act"
  | "recon"
  | "upload"
  | "instant"
  | "rule"
  | "snapshot"
  | "mon";

/** A fresh id such as `txn_<uuid>` (contract section 2.3). */
export function newId(prefix: IdPrefix): string {
  return `${prefix}_${randomUUID()}`;
}

/**
 * A clock for rows: the given clock's time, pushed on by a microsecond where it would not be later than the
 * last one told.
 */
export function createTimekeeper(clock: () => Date): () => Instant {
  let last = 0n;
  return () => {
    const present = BigInt(clock().getTime()) * 1_000_000n;
    last = present > last ? present : last + 1000n;
    return { nanoseconds: last, offsetMinutes: 0 };
  };
}
