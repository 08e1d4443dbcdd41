/**
 * Stripe Sync as a process, beside a simulator, with a clock that whoever started it puts ahead. With
 * `STRIPE_FALLBACK=none` installations have no Stripe until a member enters a key, as in production. A key with "other" in
 * it is of the account at `STRIPE_OTHER_SIMULATOR_URL`.
 */
import { serve } from "@annex/app";
import { besideSimulator } from "../src/environment.ts";
import type { StripeSource } from "../src/settings/settings.ts";
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

const sourceAt = (variable: string) =>
  besideSimulator({ simulatorUrl: process.env[variable], retries: impatient });
const own = sourceAt("STRIPE_SIMULATOR_URL");
const others = sourceAt("STRIPE_OTHER_SIMULATOR_URL");
const source: StripeSource = {
  connect: (connection) => (connection.key.reveal().includes("other") ? others : own).connect(connection),
  fallback: process.env["STRIPE_FALLBACK"] === "none" ? undefined : own.fallback,
};
await serve(createStripeSync({ source, clock: () => Date.now() + ahead }), { port: 0 });
