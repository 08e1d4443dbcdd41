/** Where data comes from: they are kept apart in the ledger, since test money is no money. */
export const stripeModes = ["simulator", "test", "live"] as const;
export type StripeMode = (typeof stripeModes)[number];

/** Whether a key is meant for the simulator: no key of Stripe's begins like this. */
export function isSimulatorKey(key: string): boolean {
  return /^(sk|rk)_test_annex_/.test(key);
}

/** The key the simulator takes. Not a secret: it opens nothing else. */
export const simulatorKey = "sk_test_annex_simulator";
