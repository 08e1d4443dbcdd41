import { expect, test } from "vitest";
import { keptBy } from "./kept-by.ts";

test.each([
  ["Stripe Sync", { stripe_sync: {} }, true],
  ["Stripe Sync", { "stripe-sync": {}, other: 1 }, true],
  ["Stripe Sync", { stripeSync: {} }, true],
  ["Stripe Sync", { stripe: {}, sync: {} }, false],
  ["…", { "": 1 }, false],
  ["Stripe Sync", null, false],
])("%s keeps something in %o: %s", (name, metadata, kept) => {
  expect(keptBy(name, metadata)).toBe(kept);
});
