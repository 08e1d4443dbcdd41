/** What a Stripe event tells: which balance transactions, customers and payouts to read again. Pure. */
import { z } from "zod";
import { isTime } from "../mapping/movement.ts";
import type { StripeMode } from "../stripe/modes.ts";
import type { Told } from "../sync/events.ts";

/** The events worth being told of; others are acknowledged and start nothing. */
export const wantedEvents = [
  "charge.succeeded",
  "charge.captured",
  "charge.updated",
  "charge.refunded",
  "charge.dispute.created",
  "charge.dispute.updated",
  "charge.dispute.closed",
  "charge.dispute.funds_withdrawn",
  "charge.dispute.funds_reinstated",
  "refund.created",
  "refund.updated",
  "refund.failed",
  "customer.created",
  "customer.updated",
  "customer.deleted",
  "payout.created",
  "payout.paid",
  "payout.failed",
  "payout.canceled",
  "payout.reconciliation_completed",
  "topup.succeeded",
  "topup.reversed",
  "transfer.created",
  "transfer.reversed",
  "application_fee.created",
  "application_fee.refunded",
  "balance.available",
] as const;

export const eventSchema = z.object({
  id: z.string().regex(/^evt_\w+$/),
  type: z.string(),
  created: z.int().refine(isTime),
  livemode: z.boolean(),
  /** The connected account that it is of; absent for the key's own. */
  account: z.string().optional(),
  data: z.object({ object: z.record(z.string(), z.unknown()) }),
});
export type StripeEvent = z.infer<typeof eventSchema>;

/** What is read, as far as an event says whether it is of that. */
export type ReadNow = {
  /** Undefined where it is the key's own account. */
  readonly connectedAccount?: string | undefined;
  /** Undefined where there is no key yet. */
  readonly mode?: StripeMode | undefined;
};

/** Whether it is of the account and the mode that are read, and worth being told of. */
export function isWanted(
  { type, account, livemode }: StripeEvent,
  { connectedAccount, mode }: ReadNow,
): boolean {
  const otherMode = mode !== undefined && livemode !== (mode === "live");
  return !otherMode && account === connectedAccount && (wantedEvents as readonly string[]).includes(type);
}

/** Ids only: what is in an event may be old by the time it arrives. */
export function toldBy({ data: { object } }: StripeEvent): Told {
  const list = Array.isArray(object["balance_transactions"]) ? object["balance_transactions"] : [];
  const named = [object["balance_transaction"], object["failure_balance_transaction"], ...list];
  const movements = named.map(idOf).filter((id) => id?.startsWith("txn_") === true);
  const own = (kind: string) => (object["object"] === kind ? [idOf(object)] : []);
  const payouts = own("payout").filter((id) => id?.startsWith("po_") === true);
  return {
    movements: movements.filter((id) => id !== undefined),
    customers: own("customer").filter((id) => id !== undefined),
    ...(payouts.length === 0 ? {} : { payouts: payouts.filter((id) => id !== undefined) }),
  };
}

function idOf(value: unknown): string | undefined {
  if (typeof value === "string") return value;
  if (typeof value !== "object" || value === null || !("id" in value)) return undefined;
  return typeof value.id === "string" ? value.id : undefined;
}
