/**
 * The Proxy API: Core's own calls, passed through Cloud with its scopes, limits and audit log. One file a family;
 * together they are `cloud.proxy`. Reads need `data:read`, writes `data:write`. Contract section 8, Proxy API.
 */
import type { DataApi } from "../data/data.ts";
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

/** Binds the Proxy API to a transport, its writes to the way they go, and its look-ups to the APIs that read. */
export function createProxyApi(
  transport: Transport,
  effects: Effects,
  reads: { readonly data: DataApi; readonly filters: FiltersApi },
  newId: () => string,
): ProxyApi {
  const proxy = createProxyCaller(transport);
  const rows = transactionRows(reads.filters.transactions);
  return {
    ...ledgerCalls({ proxy, effects, filters: reads.filters }),
    ...transactionCalls({ proxy, effects, ...rows, sleep: transport.sleep }),
    ...identityCalls({ proxy, effects, data: reads.data, newId }),
    ...reconciliationCalls({ proxy, effects, data: reads.data }),
  };
}
