/**
 * The Proxy API: Core's own calls, passed through Cloud with its scopes, limits and audit log. One file a family;
 * together they are `cloud.proxy`. Reads need `data:read`, writes `data:write`. Contract section 8, Proxy API.
 */

import type { Transport } from "../transport.ts";
import { createProxyCaller } from "./call.ts";
import { type IdentityCalls, identityCalls } from "./identities.ts";
import { type LedgerCalls, ledgerCalls } from "./ledgers.ts";
import { type ReconciliationCalls, reconciliationCalls } from "./reconciliation.ts";
import type { FindByReference } from "./repeatable-transaction.ts";
import { type TransactionCalls, transactionCalls } from "./transactions.ts";

/** Every call of the Proxy. All throw `CloudError`; Core's own refusals are `CoreError` with Core's code. */
export interface ProxyApi extends LedgerCalls, TransactionCalls, IdentityCalls, ReconciliationCalls {}

/** Binds the Proxy API to a transport. */
export function createProxyApi(
  transport: Transport,
  findByReference: FindByReference,
  newId: () => string,
): ProxyApi {
  const proxy = createProxyCaller(transport);
  const newReference = () => `ref_${newId()}`;
  return {
    ...ledgerCalls(proxy),
    ...transactionCalls({ proxy, findByReference, newReference, sleep: transport.sleep }),
    ...identityCalls(proxy, () => `idt_${newId()}`),
    ...reconciliationCalls(proxy),
  };
}
