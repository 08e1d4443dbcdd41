/** Answers to creating transactions (contract section 7.5, "Create / refund / sync commit response"). */
import { storedRow } from "../posting/decide.ts";
import type { AcceptMovement, NewMovement, Sides } from "../posting/types.ts";
import { toMajorUnits } from "../rules/amounts.ts";
import { type Prepared, splitSide } from "../rules/prepared.ts";
import type { RefundWishes } from "../rules/refunds.ts";
import type { TransactionRow } from "../rules/rows.ts";
import { formatInstant, type Instant, zeroTimeText } from "../rules/times.ts";
import type { Distribution } from "../rules/validation.ts";
import { listView, promoteInflight, transactionToWire, type Wire } from "./wire.ts";

function timeOrZero(instant: Instant | undefined): string {
  return instant === undefined ? zeroTimeText : formatInstant(instant);
}

/** The answer to a create. `sides` are resolved for an immediate single one, else as sent. */
export function createdToWire(prepared: Prepared, status: string, sides: Sides): Wire {
  const { request, times } = prepared;
  const { inflight, metadata } = promoteInflight(prepared.metadata, true);
  return {
    precise_amount: prepared.preciseAmount,
    amount: prepared.amount,
    amount_string: prepared.amountText,
    precision: prepared.precision,
    overdraft_limit: request.overdraft_limit,
    transaction_id: prepared.transactionId,
    parent_transaction: prepared.parentTransaction,
    source: sides.source === "" ? undefined : sides.source,
    destination: sides.destination === "" ? undefined : sides.destination,
    reference: request.reference,
    currency: request.currency,
    description: request.description,
    status,
    hash: prepared.hash,
    allow_overdraft: request.allow_overdraft,
    inflight,
    skip_queue: request.skip_queue,
    atomic: request.atomic,
    sources: itemsToWire("source", request.sources, prepared),
    destinations: itemsToWire("destination", request.destinations, prepared),
    created_at: formatInstant(times.createdAt),
    effective_date: formatInstant(times.effectiveDate),
    scheduled_for: timeOrZero(times.scheduledFor),
    inflight_expiry_date: timeOrZero(times.expiry),
    inflight_commit_date: timeOrZero(times.commitDate),
    meta_data: metadata,
  };
}

/** Items as sent; entry n of the side that is split shows the id of leg n (contract section 9.1.4). */
function itemsToWire(
  side: "source" | "destination",
  items: readonly Distribution[] | null,
  prepared: Prepared,
): readonly Wire[] | undefined {
  if (items === null || items.length === 0) return undefined;
  const legs = side === splitSide(prepared.request) ? (prepared.legs ?? []) : [];
  return items.map((item, index) => ({
    identifier: item.identifier,
    distribution: item.distribution,
    precise_distribution: item.precise_distribution === "" ? undefined : item.precise_distribution,
    transaction_id: legs[index]?.transactionId ?? "",
  }));
}

/** The answer to an immediate commit or void: its row, with dates and the amount as text. */
export function childToWire(row: TransactionRow): Wire {
  const { text } = toMajorUnits(BigInt(row.precise_amount ?? "0"), Number(row.precision ?? "1"));
  const { precise_amount, amount, ...rest } = transactionToWire(row, listView);
  return { precise_amount, amount, amount_string: text, ...rest };
}

/** The answer to a refund (contract section 11): the new row before it went through the queue. */
export function refundToWire(movement: NewMovement | AcceptMovement, wishes: RefundWishes): Wire {
  const status = movement.kind === "accept" ? "QUEUED" : movement.kind === "hold" ? "INFLIGHT" : "APPLIED";
  const row = storedRow(movement.row, status, movement.row);
  return { ...childToWire(row), allow_overdraft: true, skip_queue: !wishes.queued };
}
