/** What kinds, states and phases are called on the pages, and how serious each state is. */
import type { Tone } from "@annex/portal";
import type { ObjectKind, ObjectState, RunPhase } from "../../../src/portal-types.ts";

export const kindLabels: Readonly<Record<ObjectKind, string>> = {
  charge: "Charge",
  refund: "Refund",
  dispute: "Dispute",
  payout: "Payout",
  fee: "Fee",
  adjustment: "Adjustment",
  transfer: "Transfer",
  topup: "Top-up",
  reserve: "Reserve",
  other: "Other",
  customer: "Customer",
};

export const stateLabels: Readonly<Record<ObjectState, string>> = {
  waiting: "Waiting",
  posted: "Posted",
  already_posted: "Already posted",
  nothing_to_post: "Nothing to post",
  difference: "Difference",
  failed: "Failed",
};

export const stateTones: Readonly<Record<ObjectState, Tone | "neutral">> = {
  waiting: "info",
  posted: "success",
  already_posted: "success",
  nothing_to_post: "neutral",
  difference: "warning",
  failed: "danger",
};

/** What each part of a run is called. */
export const phaseLabels: Readonly<Record<RunPhase, string>> = {
  preparing: "Prepare",
  customers: "Customers",
  reading: "Read Stripe",
  posting: "Post",
  alerts: "Alerts",
  payouts: "Payouts",
  checking: "Check",
};
