/**
 * Rows as the objects Core answers with: the fields of `entities`, in their order, and what an answer changes in them.
 */

import { balances } from "../entities/balances.ts";
import type { ConstantField, Entity, Shown } from "../entities/fields.ts";
import { identities } from "../entities/identities.ts";
import { ledgers } from "../entities/ledgers.ts";
import { transactions } from "../entities/transactions.ts";
import type { TransactionRow } from "../rules/rows.ts";
import { timestampToWire } from "../rules/times.ts";
import type { BalanceRow } from "../store/balances.ts";
import type { IdentityRow } from "../store/identities.ts";
import type { LedgerRow } from "../store/ledgers.ts";
import { Sorted } from "./encode.ts";

/** A JSON object ready for `encodeJson`. */
export type Wire = Readonly<Record<string, unknown>>;

/** How a stored value is shown. */
const encoders: Readonly<Record<Shown, (stored: unknown) => unknown>> = {
  text: (stored) => stored ?? "",
  "text unless empty": (stored) => (stored === null || stored === "" ? undefined : stored),
  integer: (stored) => BigInt(String(stored ?? 0)),
  double: (stored) => Number(stored ?? 0),
  "double or 1": (stored) => Number(stored ?? 1),
  flag: (stored) => stored === true,
  time: timestampToWire,
  metadata: metadataToWire,
};

/** Metadata for an answer: keys ascending, null stays null. */
function metadataToWire(metadata: unknown): Sorted | null {
  return metadata === null || metadata === undefined ? null : new Sorted(metadata);
}

/** How an entity's rows are shown; what a view changes keeps its place. */
function showing<Row extends object>({ fields }: Entity): (row: Row, changes?: Wire) => Wire {
  const shown = Object.entries(fields).map(([name, field]) => {
    const how: Shown | ConstantField = "column" in field ? field.shown : field;
    return [name, typeof how === "string" ? encoders[how] : () => how.always] as const;
  });
  return (row, changes = {}) => {
    const stored = row as Wire;
    const wire: Record<string, unknown> = {};
    for (const [name, encode] of shown)
      wire[name] = Object.hasOwn(changes, name) ? changes[name] : encode(stored[name]);
    return wire;
  };
}

/** A ledger (contract section 5). */
export const ledgerToWire = showing<LedgerRow>(ledgers);

/** An identity (contract section 14.1). */
export const identityToWire = showing<IdentityRow>(identities);

const showBalance = showing<BalanceRow>(balances);
const showTransaction = showing<TransactionRow>(transactions);

/** What a read of a balance shows beyond its row (contract section 6.1, "Which reads fill which fields"). */
export interface BalanceView {
  readonly queued?: { readonly debit: bigint; readonly credit: bigint };
  readonly identity?: Wire;
  readonly ledger?: Wire;
}

/** A balance as the single read shows it (contract section 6.1). */
export function balanceToWire(row: BalanceRow, { queued, identity, ledger }: BalanceView = {}): Wire {
  return showBalance(row, {
    queued_debit_balance: queued?.debit,
    queued_credit_balance: queued?.credit,
    identity,
    ledger,
  });
}

/** A balance as lists and filters show it: version 0, no lineage settings. */
export function balanceToListWire(row: BalanceRow): Wire {
  return showBalance(row, { version: 0, track_fund_lineage: false, allocation_strategy: undefined });
}

/** Which fields a read of a transaction fills (contract section 7.5, "Values by origin"). */
export interface TransactionView {
  /** Lists and filters show the effective date; single reads do not. */
  readonly effectiveDate: boolean;
  /** The read by reference leaves precision and hash empty. */
  readonly bare: boolean;
  /** Lineage answers do not lift `meta_data.inflight` into the object. */
  readonly promoteInflight: boolean;
}

export const singleView: TransactionView = { effectiveDate: false, bare: false, promoteInflight: true };
export const listView: TransactionView = { effectiveDate: true, bare: false, promoteInflight: true };
export const referenceView: TransactionView = { effectiveDate: false, bare: true, promoteInflight: true };

/** A stored transaction row (contract section 7.5). */
export function transactionToWire(row: TransactionRow, view: TransactionView): Wire {
  const { inflight, metadata } = promoteInflight(row.meta_data, view.promoteInflight);
  return showTransaction(row, {
    inflight,
    meta_data: metadata,
    ...(view.bare ? { precision: 0, hash: "" } : {}),
    ...(view.effectiveDate && row.effective_date !== null ? {} : { effective_date: undefined }),
  });
}

/** Lifts `inflight: true` out of metadata; empty metadata is left out (contract section 7.5). */
export function promoteInflight(
  metadata: Readonly<Record<string, unknown>> | null,
  promote: boolean,
): { readonly inflight: boolean; readonly metadata: Sorted | undefined } {
  const lifted = promote && metadata?.["inflight"] === true;
  const kept = Object.entries(metadata ?? {}).filter(([key]) => !(lifted && key === "inflight"));
  return { inflight: lifted, metadata: kept.length === 0 ? undefined : new Sorted(Object.fromEntries(kept)) };
}
