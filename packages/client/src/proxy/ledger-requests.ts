/** What a caller asks for when he makes ledgers and balances. Contract section 8, Proxy API. */
import type { Metadata } from "../records/records.ts";

/** A new ledger. Names are not unique. */
export interface NewLedger {
  readonly name: string;
  readonly meta_data?: Metadata | undefined;
}

/** A new balance in a ledger. */
export interface NewBalance {
  readonly ledger_id: string;
  /** Free text, by habit an ISO 4217 code such as `USD`. */
  readonly currency: string;
  readonly identity_id?: string | undefined;
  /** Whether Core follows where its money came from; needs an identity. */
  readonly track_fund_lineage?: boolean | undefined;
  /** Which money is spent first, with lineage; `FIFO` where left out. */
  readonly allocation_strategy?: "FIFO" | "LIFO" | "PROPORTIONAL" | undefined;
  readonly meta_data?: Metadata | undefined;
}
