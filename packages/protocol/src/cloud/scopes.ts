/** The scopes an app can ask for, and no others. Contract section 1. */
export const scopes = ["data:read", "data:write", "alerts:read", "alerts:write"] as const;

/** One permission an organization can grant to an installation. */
export type Scope = (typeof scopes)[number];

/** What each scope allows, in the words shown to the person who grants it. */
export const scopeDescriptions: Readonly<Record<Scope, string>> = {
  "data:read": "Read ledgers, balances, transactions and identities",
  "data:write": "Create and update ledgers, balances, transactions and identities",
  "alerts:read": "Read alerts and their statuses",
  "alerts:write": "Flag balances, transactions and identities, and update alerts",
};

/**
 * Whether a text is a scope.
 *
 * @example
 * ```ts
 * isScope("data:read"); // true
 * isScope("proxy:read"); // false: no app can ask for it
 * ```
 */
export function isScope(value: unknown): value is Scope {
  return typeof value === "string" && (scopes as readonly string[]).includes(value);
}
