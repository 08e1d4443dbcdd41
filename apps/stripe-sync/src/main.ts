/**
 * Stripe Sync, as a process: `npm start --workspace apps/stripe-sync`. The environment of every app of the framework,
 * and two variables of its own:
 *
 * | variable | meaning |
 * |---|---|
 * | `STRIPE_SECRET_KEY` | reads from Stripe with this key (`sk_…` or a restricted `rk_…`; balance, balance transactions and customers, read) |
 * | `STRIPE_SIMULATOR_URL` | without a key: a simulator that runs already |
 *
 * With neither, it brings a simulator up by itself and takes it down with it.
 */
import { serve } from "@annex/app";
import { type StripeSource, stripeFromEnvironment, WrongEnvironment } from "./environment.ts";
import { createStripeSync } from "./stripe-sync.ts";

let ending = false;
process.once("SIGINT", () => {
  ending = true;
});
process.once("SIGTERM", () => {
  ending = true;
});

// A simulator that was brought up ends when this process does: `serve` ends it on both signals.
const { stripe } = await sourceOrEnd();
await serve(createStripeSync({ stripe }), { port: 4401 });

async function sourceOrEnd(): Promise<StripeSource> {
  try {
    return await stripeFromEnvironment(process.env, say);
  } catch (error) {
    if (!(error instanceof WrongEnvironment)) throw error;
    process.stderr.write(`stripe-sync cannot start: ${error.message}\n`);
    return process.exit(1);
  }
}

/** On standard error, since the one line that others wait for is on standard output. */
function say(line: string): void {
  if (!ending) process.stderr.write(`${line}\n`);
}
