/**
 * Taking a transaction through fund lineage, some time after it was posted (contract section 13): money with
 * a provider's name is credited to the provider's shadow balance, spending is allocated over the shadows.
 */
import type { LedgerContext } from "../context.ts";
import { newId } from "../ids.ts";
import { commitAll, holdOrder, voidAll } from "../posting/hold-actions.ts";
import type { NewMovement } from "../posting/types.ts";
import { hashOf, toMajorUnits } from "../rules/amounts.ts";
import {
  type Allocation,
  aggregateIndicator,
  allocate,
  lineageName,
  shadowIndicator,
} from "../rules/lineage.ts";
import type { Metadata } from "../rules/metadata.ts";
import type { TransactionRow } from "../rules/rows.ts";
import { toTimestampText } from "../rules/times.ts";
import { shadowHolds } from "../store/holds.ts";
import {
  type Mapping,
  providerFunds,
  rememberMapping,
  type TrackedBalance,
  trackedBalances,
} from "../store/lineage.ts";
import type { Annotation } from "../store/posting.ts";
import { findTransaction } from "../store/transactions.ts";
import { finishWork } from "../store/work.ts";
import type { LineagePayload, LineageSettlePayload } from "../store/work-payloads.ts";
import type { WorkHandler } from "./handler.ts";

/** The internal balances a provider's money on a tracked balance is kept account of in. */
interface Shadows {
  readonly shadowId: string;
  readonly aggregateId: string;
}

/** One shadow movement to be made, and the mapping it makes known. */
interface Shadow {
  readonly movement: NewMovement;
  /** The provider's share of a debit, to be written into the transaction's metadata. */
  readonly allocation?: Allocation;
  readonly mapping?: Mapping;
}

/** Credits first, then debits; all shadow rows of a transaction in one commit. */
export const processLineage: WorkHandler = async (context, piece) => {
  const { transactionId } = piece.payload as LineagePayload;
  const row = await findTransaction(context.database, transactionId);
  const shadows = row === undefined ? [] : await shadowsOf(context, row);
  if (shadows.length === 0) {
    await finishWork(context.database, piece.workId);
    return;
  }
  await context.posting.post({
    movements: shadows.map(({ movement }) => movement),
    // A release its aggregate has no money for ends the debit, without an allocation.
    onRefusal: "stop",
    annotations: allocationNote(transactionId, shadows),
    finishes: [piece.workId],
  });
};

function allocationNote(transactionId: string, shadows: readonly Shadow[]): readonly Annotation[] {
  const allocation = shadows.flatMap((shadow) => shadow.allocation ?? []);
  if (allocation.length === 0) return [];
  // Metadata holds doubles, as everywhere (contract section 2.2).
  const items = allocation.map(({ provider, amount }) => ({ amount: Number(amount), provider }));
  return [{ transactionId, metadata: { BLNK_FUND_ALLOCATION: items } }];
}

/** Settles the shadow holds of a hold that was committed or voided, should any have come late. */
export const processLineageSettle: WorkHandler = async (context, piece) => {
  const { holdId, action } = piece.payload as LineageSettlePayload;
  const shadows = (await shadowHolds(context.database, [holdId])).get(holdId) ?? [];
  const wanted = action === "commit" ? commitAll : voidAll;
  await context.posting.post(await holdOrder(context, shadows, wanted, { finishes: [piece.workId] }));
};

async function shadowsOf(context: LedgerContext, row: TransactionRow): Promise<readonly Shadow[]> {
  const tracked = await trackedBalances(context.database, [row.source ?? "", row.destination ?? ""]);
  const source = tracked.get(row.source ?? "");
  const destination = tracked.get(row.destination ?? "");
  const credit = destination === undefined ? [] : await creditShadows(context, row, source, destination);
  await remember(context, credit);
  const debit = source === undefined ? [] : await debitShadows(context, row, source, destination, credit);
  await remember(context, debit);
  return [...credit, ...debit];
}

/** Mappings come first, so that what they point at is known by the time anybody looks. */
async function remember(context: LedgerContext, shadows: readonly Shadow[]): Promise<void> {
  for (const { mapping, movement } of shadows) {
    if (mapping !== undefined) await rememberMapping(context.database, mapping, movement.row.createdAt);
  }
}

/** A provider the tracked source has no money of is ignored. */
async function creditShadows(
  context: LedgerContext,
  row: TransactionRow,
  source: TrackedBalance | undefined,
  destination: TrackedBalance,
): Promise<readonly Shadow[]> {
  const provider = row.meta_data?.["BLNK_LINEAGE_PROVIDER"];
  if (typeof provider !== "string" || provider === "") return [];
  if (source !== undefined) {
    const known = await providerFunds(context.database, source.balanceId);
    if (!known.some((funds) => funds.provider === provider)) return [];
  }
  // Kept in the currency of the transaction, though the row shows that of the balance.
  const shadows = await shadowsFor(context, destination, provider, row.currency ?? "");
  const movement = shadowMovement(context, row, {
    source: shadows.shadowId,
    destination: shadows.aggregateId,
    currency: destination.currency,
    amount: BigInt(row.precise_amount ?? "0"),
    reference: `${row.reference}_shadow_${provider}`,
    description: `Shadow credit from ${provider}`,
    metadata: {
      _main_balance: destination.balanceId,
      _identity_id: destination.identityId,
      _lineage_type: "credit",
      _provider: provider,
      allow_overdraft: true,
    },
  });
  return [{ movement, mapping: { balance: destination, provider, ...shadows } }];
}

async function shadowsFor(
  context: LedgerContext,
  balance: TrackedBalance,
  provider: string,
  currency: string,
): Promise<Shadows> {
  const name = lineageName(balance);
  return {
    shadowId: await context.posting.internalBalance({ indicator: shadowIndicator(provider, name), currency }),
    aggregateId: await aggregateOf(context, balance, currency),
  };
}

function aggregateOf(context: LedgerContext, balance: TrackedBalance, currency: string): Promise<string> {
  return context.posting.internalBalance({ indicator: aggregateIndicator(lineageName(balance)), currency });
}

async function debitShadows(
  context: LedgerContext,
  row: TransactionRow,
  source: TrackedBalance,
  destination: TrackedBalance | undefined,
  credit: readonly Shadow[],
): Promise<readonly Shadow[]> {
  const funds = await providerFunds(context.database, source.balanceId);
  const sources = funds.map(({ provider, amount, spent, shadowBalanceId }) => ({
    provider,
    available: amount - spent + creditedTo(shadowBalanceId, credit),
  }));
  const shares = allocate(source.strategy, BigInt(row.precise_amount ?? "0"), sources);
  if (shares.length === 0) return [];
  const aggregateId = await aggregateOf(context, source, source.currency);
  const made: Shadow[] = [];
  for (const share of shares) {
    const shadowId = funds.find(({ provider }) => provider === share.provider)?.shadowBalanceId ?? "";
    made.push(release(context, row, source, { shadowId, aggregateId }, share));
    if (destination !== undefined) made.push(await receive(context, row, source, destination, share));
  }
  return made;
}

/** The credit comes first: balances of one identity share their shadows, so a debit may spend it at once. */
function creditedTo(shadowId: string, credit: readonly Shadow[]): bigint {
  return credit
    .filter(({ movement }) => movement.kind === "apply" && movement.row.source === shadowId)
    .reduce((sum, { movement }) => sum + movement.row.preciseAmount, 0n);
}

function release(
  context: LedgerContext,
  row: TransactionRow,
  source: TrackedBalance,
  { shadowId, aggregateId }: Shadows,
  share: Allocation,
): Shadow {
  const { provider, amount } = share;
  const movement = shadowMovement(context, row, {
    source: aggregateId,
    destination: shadowId,
    currency: source.currency,
    amount,
    reference: `${row.reference}_release_${provider}`,
    description: `Release ${provider} funds`,
    metadata: {
      _main_balance: source.balanceId,
      _allocation: source.strategy,
      _lineage_type: "release",
      _provider: provider,
    },
  });
  return { movement, allocation: share };
}

async function receive(
  context: LedgerContext,
  row: TransactionRow,
  source: TrackedBalance,
  destination: TrackedBalance,
  { provider, amount }: Allocation,
): Promise<Shadow> {
  const { currency } = destination;
  const shadows = await shadowsFor(context, destination, provider, currency);
  const movement = shadowMovement(context, row, {
    source: shadows.shadowId,
    destination: shadows.aggregateId,
    currency,
    amount,
    reference: `${row.reference}_receive_${provider}`,
    description: `Receive ${provider} funds`,
    metadata: {
      _main_balance: destination.balanceId,
      _from_balance: source.balanceId,
      _lineage_type: "receive",
      _provider: provider,
      allow_overdraft: true,
    },
  });
  return { movement, mapping: { balance: destination, provider, ...shadows } };
}

interface ShadowParts {
  readonly source: string;
  readonly destination: string;
  readonly currency: string;
  readonly amount: bigint;
  readonly reference: string;
  readonly description: string;
  readonly metadata: Metadata;
}

/** The shadows of a hold are holds themselves. */
function shadowMovement(context: LedgerContext, row: TransactionRow, parts: ShadowParts): NewMovement {
  const createdAt = toTimestampText(context.now());
  const precision = Number(row.precision ?? "1");
  const isHold = row.status === "INFLIGHT";
  const { amount, metadata, ...named } = parts;
  const major = toMajorUnits(amount, precision).amount;
  return {
    kind: isHold ? "hold" : "apply",
    row: {
      ...named,
      transactionId: newId("txn"),
      parentTransaction: "",
      hash: hashOf({ ...named, amount: parts.metadata["_lineage_type"] === "credit" ? major : 0 }),
      preciseAmount: amount,
      precision,
      createdAt,
      effectiveDate: createdAt,
      scheduledFor: null,
      metadata: { ...metadata, _shadow_for: row.transaction_id, ...(isHold ? { inflight: true } : {}) },
    },
    overdraft: { allowOverdraft: metadata["allow_overdraft"] === true, overdraftLimit: 0, precision },
    lineage: false,
  };
}
