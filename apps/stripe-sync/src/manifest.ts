/** What Stripe Sync says of itself. Free of effects, so that a tool can read it without starting the app. */
import type { Scope } from "@annex/protocol";

/** As the framework knows it: its file, its log and its health. */
export const appName = "stripe-sync";

export const manifest = {
  name: "Stripe Sync",
  description: "Imports pay-ins, refunds, disputes, fees and payouts from Stripe as ledger transactions.",
  developer: "Annex",
  logoUrl: "/portal/logo.svg",
  permissions: ["data:read", "data:write", "alerts:write"] satisfies Scope[] as Scope[],
};

/** Completes "It needs it …" where a permission was not granted. */
export const permissionPurposes = {
  "data:read": "to see what is in the ledger already, so that nothing is posted twice",
  "data:write": "to post pay-ins, refunds, disputes, fees and payouts to the ledger",
  "alerts:write": "to raise an alert for each dispute that waits for an answer",
} as const satisfies Partial<Record<Scope, string>>;
