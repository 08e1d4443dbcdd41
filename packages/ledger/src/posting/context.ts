/** What the makers of orders are given: the database, the time, and the doors to posting and to durable work. */
import type { Instant } from "../rules/times.ts";
import type { TransactionalDatabase } from "../store/database.ts";
import type { WorkQueue } from "../store/work.ts";
import type { Posting } from "./types.ts";

/** Everything an order is made with. */
export interface PostingContext {
  readonly database: TransactionalDatabase;
  /** The present, later by at least a microsecond at each call, so that rows sort by when they were made. */
  readonly now: () => Instant;
  /** The one path that changes balances. */
  readonly posting: Posting;
  /** Work to be done later, kept in the database until it is done. */
  readonly work: WorkQueue;
  readonly imitated: Imitated;
}

/** Defects of Core that are imitated unless switched off (contract section 18). */
export interface Imitated {
  /** The expiry of a split hold never takes effect (contract section 10.6). */
  readonly splitHoldsNeverExpire: boolean;
  /** A second refund after an immediate one refunds the refund (contract section 11). */
  readonly secondRefundReapplies: boolean;
}
