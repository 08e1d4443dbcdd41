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

const bySegment: Readonly<Record<string, AuditCategory>> = {
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
};

const byIdentifier: Readonly<Record<string, AuditCategory>> = {
  ldg: "Ledgers",
  bln: "Balances",
  txn: "Transactions",
  bulk: "Transactions",
  idt: "Identities",
};

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
  return bySegment[subject] ?? byIdentifier[subject.split("_", 1)[0] ?? ""] ?? "Apps";
}
