/**
 * A Stripe account on this machine: the same addresses, shapes and manners as Stripe's API (version
 * 2026-10-28.endive) for everything Stripe Sync reads, over objects that a seeded generator makes. Nothing is copied
 * from anybody's account. It exists so that the app can be tried, tested and made to fail without a key.
 *
 * What holds: for every currency the sum of `net` over all balance transactions is the balance (available plus
 * pending), to the last minor unit; refunds keep their fee, failed payouts and refunds come back, every id leads to
 * an object. The data depends on the seed alone, and on what is done through `/simulator/…`: a restart gives the same
 * account again, with the activity and the keys that were added where a file keeps them (`kept.ts`), without the faults.
 *
 * It writes nothing under `/v1`, so Stripe's idempotency keys have nothing to protect here; a write is refused in
 * Stripe's own error form. `main.ts` runs it as a process, `startSimulator` inside another one.
 */
export { createAccount } from "./history.ts";
export { type Simulator, startSimulator } from "./server.ts";
export type { CurrencyTotals } from "./totals.ts";
