/**
 * Taking a transaction through fund lineage, some time after it was posted (contract section 13): money with
 * a provider's name is credited to the provider's shadow balance, spending is allocated over the shadows.
 */
import { type LedgerContext, newId } from "../context.ts";
import { toTimestampText } from "../http/go-time.ts";
import type { Metadata } from "../http/shapes.ts";
import { commitAll, holdOrder, voidAll } from "../posting/hold-actions.ts";
import type { Annotation, NewMovement } from "../posting/types.ts";
import { hashOf, toMajorUnits } from "../rules/amounts.ts";
import {
  type Allocation,
  aggregateIndicator,
  allocate,
  lineageName,
  shadowIndicator,
} from "../rules/lineage.ts";
import { shadowHolds } from "../store/holds.ts";
import { providerFunds, rememberMapping, type TrackedBalance, trackedBalances } from "../store/lineage.ts";
import { findTransaction, type TransactionRow } from "../store/transactions.ts";
import { finishWork } from "../store/work.ts";
import type { WorkHandler } from "./handlers.ts";
import type { LineagePayload, LineageSettlePayload } from "./payloads.ts";

/** One shadow movement to be made, and the mapping it makes known. */
interface Shadow {
  readonly movement: NewMovement;
  /** The provider's share of a debit, to be written into the transaction's metadata. */
  readonly allocation?: Allocation;
  readonly mapping?: {
    readonly balance: TrackedBalance;
    readonly provider: string;
    readonly currency: string;
  };
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
    onRefusal: "continue",
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
  const debit = source === undefined ? [] : await debitShadows(context, row, source, destination);
  await remember(context, debit);
  return [...credit, ...debit];
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
  const amount = BigInt(row.precise_amount ?? "0");
  const currency = row.currency ?? "";
  const movement = shadowMovement(context, row, {
    ...inward(destination, provider),
    currency,
    amount,
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
  return [{ movement, mapping: { balance: destination, provider, currency } }];
}

async function debitShadows(
  context: LedgerContext,
  row: TransactionRow,
  source: TrackedBalance,
  destination: TrackedBalance | undefined,
): Promise<readonly Shadow[]> {
  const funds = await providerFunds(context.database, source.balanceId);
  const sources = funds.map(({ provider, amount, spent }) => ({ provider, available: amount - spent }));
  const shares = allocate(source.strategy, BigInt(row.precise_amount ?? "0"), sources);
  return shares.flatMap((share) => [
    release(context, row, source, share),
    ...(destination === undefined ? [] : [receive(context, row, source, destination, share)]),
  ]);
}

function release(
  context: LedgerContext,
  row: TransactionRow,
  source: TrackedBalance,
  share: Allocation,
): Shadow {
  const { provider, amount } = share;
  const { source: shadow, destination: aggregate } = inward(source, provider);
  const movement = shadowMovement(context, row, {
    source: aggregate,
    destination: shadow,
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

function receive(
  context: LedgerContext,
  row: TransactionRow,
  source: TrackedBalance,
  destination: TrackedBalance,
  { provider, amount }: Allocation,
): Shadow {
  const { currency } = destination;
  const movement = shadowMovement(context, row, {
    ...inward(destination, provider),
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
  return { movement, mapping: { balance: destination, provider, currency } };
}

/** From a provider's shadow balance to the identity's aggregate: the way money comes in. */
function inward(balance: TrackedBalance, provider: string) {
  const name = lineageName(balance);
  return { source: shadowIndicator(provider, name), destination: aggregateIndicator(name) };
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

/** Mappings come first, so that what they point at exists by the time anybody looks. */
async function remember(context: LedgerContext, shadows: readonly Shadow[]): Promise<void> {
  for (const { mapping, movement } of shadows) {
    if (mapping === undefined) continue;
    await context.posting.ensureIndicators([movement]);
    const indicators = {
      shadow: movement.row.source,
      aggregate: movement.row.destination,
      currency: mapping.currency,
    };
    const createdAt = movement.row.createdAt;
    await rememberMapping(context.database, mapping.balance, mapping.provider, indicators, createdAt);
  }
}
