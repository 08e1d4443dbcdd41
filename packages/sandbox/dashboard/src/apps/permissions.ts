import { isScope, scopeDescriptions } from "@annex/protocol/words";

/** What a scope lets an app do. */
export function allowsText(scope: string): string {
  return isScope(scope) ? scopeDescriptions[scope] : "Not a scope of this Cloud";
}

const withouts: Readonly<Record<string, string>> = {
  "data:read": "Without it the app cannot read ledgers, balances, transactions or identities.",
  "data:write": "Without it the app can post or change nothing in the ledger.",
  "alerts:read": "Without it the app cannot see alerts.",
  "alerts:write": "Without it the app cannot raise alerts or work on them.",
};

/** What follows when a scope is not granted. */
export function withoutText(scope: string): string {
  return withouts[scope] ?? "";
}
