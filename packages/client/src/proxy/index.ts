/**
 * The Proxy API: Core's own calls, passed through Cloud with its scopes, limits and audit log. One file a family;
 * together they are `cloud.proxy`. Reads need `data:read`, writes `data:write`. Contract section 8, Proxy API.
 */
import type { FiltersApi } from "../data/filters.ts";
import type { Effects } from "../effects/index.ts";
import type { Transport } from "../transport/transport.ts";
import { createProxyCaller } from "./call.ts";
import { type IdentityCalls, identityCalls } from "./identities.ts";
import { type LedgerCalls, ledgerCalls } from "./ledgers.ts";
import { type ReconciliationCalls, reconciliationCalls } from "./reconciliation.ts";
import { transactionRows } from "./rows.ts";
import { type TransactionCalls, transactionCalls } from "./transactions.ts";

/** Every call of the Proxy. All throw `CloudError`; Core's own refusals are `CoreError` with Core's code. */
export interface ProxyApi extends LedgerCalls, TransactionCalls, IdentityCalls, ReconciliationCalls {}

/** Binds the Proxy API to a transport, and its writes to the way they go. */
export function createProxyApi(
  transport: Transport,
  effects: Effects,
  filters: FiltersApi,
  newId: () => string,
): ProxyApi {
  const proxy = createProxyCaller(transport);
  return {
    ...ledgerCalls(proxy),
    ...transactionCalls({ proxy, effects, ...transactionRows(filters.transactions), sleep: transport.sleep }),
    ...identityCalls(proxy, () => `idt_${newId()}`),
    ...reconciliationCalls(proxy),
  };
}
