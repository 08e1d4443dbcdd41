/** Which part of the platform a call belongs to, as the audit log shows it. Contract section 8, last paragraph. */

export const auditCategories = [
  "Ledgers",
  "Balances",
  "Transactions",
  "Identities",
  "Alerts",
  "Apps",
] as const;
export type AuditCategory = (typeof auditCategories)[number];

const families = new Set(["proxy", "data"]);

// Maps, and no objects: a path may hold the name of what every object has, such as toString.
const bySegment = new Map<string, AuditCategory>(
  Object.entries({
    ledger: "Ledgers",
    ledgers: "Ledgers",
    balances: "Balances",
    transactions: "Transactions",
    "refund-transaction": "Transactions",
    reconciliation: "Transactions",
    reconciliations: "Transactions",
    "matching-rules": "Transactions",
    "external-transactions": "Transactions",
    identities: "Identities",
    alerts: "Alerts",
  } as const),
);

const byIdentifier = new Map<string, AuditCategory>(
  Object.entries({
    ldg: "Ledgers",
    bln: "Balances",
    txn: "Transactions",
    bulk: "Transactions",
    idt: "Identities",
  } as const),
);

/**
 * The category of a path of the Cloud API.
 *
 * @example
 * ```ts
 * categoryOf("/proxy/refund-transaction/txn_1"); // "Transactions"
 * categoryOf("/proxy/idt_1/metadata");           // "Identities"
 * ```
 */
export function categoryOf(path: string): AuditCategory {
  const [first = "", ...rest] = path.split("/").filter((segment) => segment !== "");
  const subject = families.has(first) ? (rest[0] ?? "") : first;
  return bySegment.get(subject) ?? byIdentifier.get(subject.split("_", 1)[0] ?? "") ?? "Apps";
}
