/** Where data comes from: they are kept apart in the ledger, since test money is no money. */
export type StripeMode = "simulator" | "test" | "live";

/** The key the simulator takes. Not a secret: it opens nothing else. */
export const simulatorKey = "sk_test_annex_simulator";
