/**
 * Rows as the objects Core answers with: the fields of contract sections 5, 6.1 and 7.5, in their order.
 */

import type { TransactionRow } from "../rules/rows.ts";
import { timestampToWire, zeroTimeText } from "../rules/times.ts";
import type { BalanceRow } from "../store/balances.ts";
import type { IdentityRow } from "../store/identities.ts";
import type { LedgerRow } from "../store/ledgers.ts";
import { Sorted } from "./encode.ts";

/** A JSON object ready for `encodeJson`. */
export type Wire = Readonly<Record<string, unknown>>;

/** Metadata for an answer: keys ascending, null stays null. */
export function metadataToWire(metadata: unknown): unknown {
  return metadata === null || metadata === undefined ? null : new Sorted(metadata);
}

/** A ledger (contract section 5). */
export function ledgerToWire(row: LedgerRow): Wire {
  return {
    ledger_id: row.ledger_id,
    name: row.name ?? "",
    created_at: timestampToWire(row.created_at),
    meta_data: metadataToWire(row.meta_data),
  };
}

/** What a read of a balance shows beyond its row (contract section 6.1, "Which reads fill which fields"). */
export interface BalanceView {
  readonly queued?: { readonly debit: bigint; readonly credit: bigint };
  readonly identity?: Wire;
  readonly ledger?: Wire;
}

/** A balance as the single read shows it (contract section 6.1). */
export function balanceToWire(row: BalanceRow, view: BalanceView = {}): Wire {
  return {
    ...balanceAmounts(row, row.version),
    queued_debit_balance: view.queued?.debit,
    queued_credit_balance: view.queued?.credit,
    ...balanceNames(row),
    identity: view.identity,
    ledger: view.ledger,
    ...balanceRest(row),
    track_fund_lineage: row.track_fund_lineage,
    allocation_strategy: row.allocation_strategy === "" ? undefined : row.allocation_strategy,
  };
}

/** A balance as lists and filters show it: version 0, no lineage settings. */
export function balanceToListWire(row: BalanceRow): Wire {
  return { ...balanceAmounts(row, 0), ...balanceNames(row), ...balanceRest(row), track_fund_lineage: false };
}

function balanceAmounts(row: BalanceRow, version: number): Wire {
  return {
    balance: BigInt(row.balance),
    version,
    inflight_balance: BigInt(row.inflight_balance),
    credit_balance: BigInt(row.credit_balance),
    inflight_credit_balance: BigInt(row.inflight_credit_balance),
    debit_balance: BigInt(row.debit_balance),
    inflight_debit_balance: BigInt(row.inflight_debit_balance),
  };
}

function balanceNames(row: BalanceRow): Wire {
  return {
    ledger_id: row.ledger_id,
    identity_id: row.identity_id ?? "",
    balance_id: row.balance_id,
    indicator: row.indicator === null || row.indicator === "" ? undefined : row.indicator,
    currency: row.currency,
  };
}

function balanceRest(row: BalanceRow): Wire {
  return {
    created_at: timestampToWire(row.created_at),
    inflight_expires_at: zeroTimeText,
    meta_data: metadataToWire(row.meta_data),
  };
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
  return {
    precise_amount: BigInt(row.precise_amount ?? "0"),
    amount: Number(row.amount ?? "0"),
    precision: view.bare ? 0 : Number(row.precision ?? "1"),
    overdraft_limit: 0,
    transaction_id: row.transaction_id,
    parent_transaction: row.parent_transaction ?? "",
    source: emptyToAbsent(row.source),
    destination: emptyToAbsent(row.destination),
    reference: row.reference ?? "",
    currency: row.currency ?? "",
    description: emptyToAbsent(row.description),
    status: row.status ?? "",
    hash: view.bare ? "" : (row.hash ?? ""),
    allow_overdraft: false,
    inflight,
    skip_queue: false,
    atomic: false,
    created_at: timestampToWire(row.created_at),
    effective_date:
      view.effectiveDate && row.effective_date !== null ? timestampToWire(row.effective_date) : undefined,
    scheduled_for: zeroTimeText,
    inflight_expiry_date: zeroTimeText,
    inflight_commit_date: zeroTimeText,
    meta_data: metadata,
  };
}

function emptyToAbsent(value: string | null): string | undefined {
  return value === null || value === "" ? undefined : value;
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

/** An identity (contract section 14.1): no text is ever left out. */
export function identityToWire(row: IdentityRow): Wire {
  return {
    identity_id: row.identity_id,
    identity_type: row.identity_type ?? "",
    organization_name: row.organization_name ?? "",
    category: row.category ?? "",
    first_name: row.first_name,
    last_name: row.last_name,
    other_names: row.other_names ?? "",
    gender: row.gender ?? "",
    email_address: row.email_address ?? "",
    phone_number: row.phone_number ?? "",
    nationality: row.nationality ?? "",
    street: row.street ?? "",
    country: row.country ?? "",
    state: row.state ?? "",
    post_code: row.post_code ?? "",
    city: row.city ?? "",
    dob: timestampToWire(row.dob),
    created_at: timestampToWire(row.created_at),
    meta_data: metadataToWire(row.meta_data),
  };
}
