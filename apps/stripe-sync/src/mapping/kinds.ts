/** Which kind of thing each type of balance transaction is, and the account its money comes from or goes to. */
import { createHash } from "node:crypto";
import type { ObjectKind } from "../portal-types.ts";
import type { AccountRole } from "./accounts.ts";
import type { Movement } from "./movement.ts";

export type Classification = {
  readonly kind: ObjectKind;
  readonly counterpart: AccountRole;
  /** False for a type that Stripe added after this was written. */
  readonly known: boolean;
};

type Row = readonly [kind: ObjectKind, counterpart: AccountRole, types: string];

const rows: readonly Row[] = [
  ["charge", "payins", "charge payment payment_unreconciled"],
  ["refund", "refunds", "refund payment_refund refund_failure payment_failure_refund payment_reversal"],
  ["payout", "payouts", "payout payout_cancel payout_failure"],
  ["adjustment", "adjustments", "adjustment"],
  ["fee", "billing", "stripe_fee stripe_fx_fee fee_credit_funding"],
  ["fee", "billing", "stripe_balance_payment_debit stripe_balance_payment_debit_reversal"],
  ["fee", "tax", "tax_fee tax_fund"],
  ["fee", "contributions", "contribution climate_order_purchase climate_order_refund"],
  ["fee", "application_fees", "application_fee application_fee_refund"],
  ["transfer", "transfers", "transfer transfer_cancel transfer_failure transfer_refund"],
  ["transfer", "transfers", "connect_collection_transfer obligation_outbound obligation_reversal_inbound"],
  ["transfer", "issuing", "issuing_authorization_hold issuing_authorization_release issuing_transaction"],
  ["transfer", "issuing", "issuing_dispute issuing_dispute_provisional_credit"],
  ["transfer", "issuing", "issuing_dispute_provisional_credit_reversal"],
  ["transfer", "financing", "advance advance_funding anticipation_repayment"],
  ["topup", "topups", "topup topup_reversal inbound_transfer inbound_transfer_reversal"],
  ["reserve", "reserves", "reserve_hold reserve_release reserve_transaction reserved_funds"],
  ["reserve", "reserves", "payment_network_reserve_hold payment_network_reserve_release"],
  ["reserve", "reserves", "payout_minimum_balance_hold payout_minimum_balance_release"],
];

/** Which types there are and where they go, and what is converted, for `classificationVersion`. */
const table = [...rows.map((row) => row.join(" ")), "conversions where the rate proves them"].join("\n");

const byType = new Map<string, Classification>(
  rows.flatMap(([kind, counterpart, types]) =>
    types.split(" ").map((type) => [type, { kind, counterpart, known: true }] as const),
  ),
);

const dispute: Classification = { kind: "dispute", counterpart: "disputes", known: true };
const unknown: Classification = { kind: "other", counterpart: "suspense", known: false };

/**
 * Changes whenever the table or the rule of conversions does: what was posted by an older one may belong elsewhere now.
 */
export const classificationVersion = createHash("sha256").update(table).digest("base64url").slice(0, 16);

/** The types this app knows. */
export const knownTypes: readonly string[] = [...byType.keys()];

/**
 * A dispute has no type of its own at Stripe: it is an `adjustment` whose reporting category, or whose source, says so.
 *
 * @example
 * ```ts
 * classify({ type: "refund", reportingCategory: "refund" }).counterpart; // "refunds"
 * ```
 */
export function classify(
  movement: Pick<Movement, "type" | "reportingCategory" | "sourceId">,
): Classification {
  if (isDispute(movement)) return dispute;
  return byType.get(movement.type) ?? unknown;
}

function isDispute({ type, reportingCategory, sourceId }: Parameters<typeof classify>[0]): boolean {
  if (type !== "adjustment") return false;
  if (reportingCategory === "dispute" || reportingCategory === "dispute_reversal") return true;
  return sourceKindOf(sourceId) === "dispute";
}

/** What the customer's side of a balance transaction is at Stripe, by how its id begins. */
export function sourceKindOf(sourceId: string | undefined): "payment" | "refund" | "dispute" {
  if (/^(dp|du|pdp)_/.test(sourceId ?? "")) return "dispute";
  return /^(re|pyr)_/.test(sourceId ?? "") ? "refund" : "payment";
}
