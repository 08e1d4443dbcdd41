/**
 * Stripe's objects, complete in every field of API version 2026-10-28.endive, from the few facts that differ. The
 * types are those of the official package, so a field that is missing or misspelt does not compile. No state, no I/O.
 */
export { chargeOf } from "./charge.ts";
export { customerOf } from "./customer.ts";
export { disputeOf } from "./dispute.ts";
export { type FeePart, type Movement, type MovementFacts, movementOf } from "./movement.ts";
export { payoutOf } from "./payout.ts";
export { refundOf } from "./refund.ts";
