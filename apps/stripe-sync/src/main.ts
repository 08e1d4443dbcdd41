/**
 * Stripe Sync, as a process: `npm start --workspace apps/stripe-sync`. The environment of every app of the framework,
 * and two variables of its own:
 *
 * | variable | meaning |
 * |---|---|
 * | `STRIPE_SECRET_KEY` | the Stripe of installations that have no key of their own (`sk_…` or a restricted `rk_…`) |
 * | `STRIPE_SIMULATOR_URL` | without a key: a simulator that runs already |
 *
 * Both are for development, where with neither it brings a simulator up by itself and takes it down with it. In
 * production each installation has a key of its own, entered in its settings.
 */
import { serve } from "@annex/app";
import { type StripeEnvironment, stripeFromEnvironment, WrongEnvironment } from "./environment.ts";
import { createStripeSync } from "./stripe-sync.ts";

let ending = false;
process.once("SIGINT", () => {
  ending = true;
});
process.once("SIGTERM", () => {
  ending = true;
});

// A simulator that was brought up ends when this process does: `serve` ends it on both signals.
const { source } = await sourceOrEnd();
await serve(createStripeSync({ source }), { port: 4401 });

async function sourceOrEnd(): Promise<StripeEnvironment> {
  try {
    return await stripeFromEnvironment(process.env, say);
  } catch (error) {
    if (!(error instanceof WrongEnvironment)) throw error;
    // The signal that ends this process ended the simulator beside it too.
    if (ending) return process.exit(0);
    process.stderr.write(`stripe-sync cannot start: ${error.message}\n`);
    return process.exit(1);
  }
}

/** On standard error, since the one line that others wait for is on standard output. */
function say(line: string): void {
  if (!ending) process.stderr.write(`${line}\n`);
}
