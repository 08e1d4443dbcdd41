/**
 * Stripe Sync as a process, beside a simulator, with a clock that whoever started it puts ahead. With
 * `STRIPE_FALLBACK=none` installations have no Stripe until a member enters a key, as in production.
 */
import { serve } from "@annex/app";
import { besideSimulator } from "../src/environment.ts";
import { createStripeSync } from "../src/stripe-sync.ts";

const impatient = {
  attempts: 3,
  baseMilliseconds: 5,
  maximumMilliseconds: 10,
  longestRetryAfterMilliseconds: 2_000,
};

let ahead = Number(process.env["AHEAD_MILLISECONDS"] ?? 0);
process.on("message", (told) => {
  ahead = (told as { readonly aheadMilliseconds: number }).aheadMilliseconds;
});
// The test's end is this process's too.
process.on("disconnect", () => process.exit());

const simulated = besideSimulator({
  simulatorUrl: process.env["STRIPE_SIMULATOR_URL"],
  retries: impatient,
});
const source = process.env["STRIPE_FALLBACK"] === "none" ? { ...simulated, fallback: undefined } : simulated;
await serve(createStripeSync({ source, clock: () => Date.now() + ahead }), { port: 0 });
