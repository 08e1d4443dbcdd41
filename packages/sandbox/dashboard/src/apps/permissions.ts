import { isScope, scopeDescriptions } from "@annex/protocol/words";

/** What a scope lets an app do. */
export function allowsText(scope: string): string {
  return isScope(scope) ? scopeDescriptions[scope] : "Not a scope of this Cloud";
}

const withouts: Readonly<Record<string, string>> = {
  "data:read": "Without it the app cannot read any ledger data and shows nothing of this instance.",
  "data:write": "Without it the app cannot record or change anything in the ledger.",
  "alerts:read": "Without it the app cannot see this instance's alerts.",
  "alerts:write": "Without it the app cannot raise or update alerts.",
};

/** What follows when a scope is not granted. */
export function withoutText(scope: string): string {
  return withouts[scope] ?? "";
}
