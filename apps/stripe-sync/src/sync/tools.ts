/** What the parts of a run share: the ledger's side, Stripe's side, the register, the time. */
import type { CloudClient } from "@annex/client";
import type { Books } from "../mapping/books.ts";
import type { StripeAccess } from "../stripe/access.ts";
import type { PageWriters, SyncData } from "./register.ts";
import type { RunEntry } from "./run-objects.ts";
import type { Tally } from "./tally.ts";

/** What calls to the ledger need. */
export type LedgerTools = {
  readonly cloud: CloudClient;
  readonly books: Books;
  readonly signal?: AbortSignal | undefined;
};

export type SyncTools = LedgerTools & {
  readonly stripe: StripeAccess;
  readonly data: SyncData;
  readonly runId: string;
  /** Now, in milliseconds since 1970. */
  readonly clock: () => number;
  readonly mayAlert: boolean;
};

/** What a step that looks at a page of objects is given besides. */
export type PageTools = SyncTools & {
  /** Keeps what the page brings, together with the step's result: one commit a page. */
  readonly keep: PageWriters;
  /**
   * Puts objects onto the run's list, with the state that they have now, and answers what its counts change by. Together
   * with the step's result: what a try that failed had listed would be taken for counted by the next one.
   */
  readonly listWork: (entries: readonly RunEntry[]) => Promise<Tally>;
};
