/** Ledgers and balances through the Proxy. Contract section 8, Proxy API. */

import {
  type Balance,
  balanceShape,
  type Ledger,
  ledgerShape,
  readInteger,
  readList,
  readObject,
  readRecord,
} from "../records/records.ts";
import { pathSegment } from "../transport/paths.ts";
import type { CallOptions } from "../transport/transport.ts";
import type { NewBalance, NewLedger } from "./ledger-requests.ts";
import { balanceWrite, identityLinkWrite, type LedgerTools, ledgerWrite } from "./ledger-writes.ts";

/** Core's list paging. */
export interface CoreList {
  readonly limit?: number | undefined;
  readonly offset?: number | undefined;
}

/** A balance as it was at a time, in minor units. */
export interface BalanceAt {
  readonly balance: {
    readonly balance_id: string;
    readonly currency: string;
    readonly balance: bigint;
    readonly credit_balance: bigint;
    readonly debit_balance: bigint;
  };
  readonly from_source: boolean;
  readonly timestamp: string;
}

/** Where the money of a tracked balance came from, in minor units. */
export interface BalanceLineage {
  readonly balance_id: string;
  readonly total_with_lineage: bigint;
  readonly aggregate_balance_id: string;
  readonly providers: readonly {
    readonly provider: string;
    readonly amount: bigint;
    readonly available: bigint;
    readonly spent: bigint;
    readonly shadow_balance_id: string;
  }[];
}

/**
 * Calls on ledgers and balances. Figures in minor units. Contract section 8, Proxy API.
 *
 * @example
 * const { ledger_id } = await cloud.proxy.createLedger({ name: "Customers" });
 * const { balance_id } = await cloud.proxy.createBalance({ ledger_id, currency: "USD" });
 */
export interface LedgerCalls {
  /** Creates a ledger. Names are not unique, so it is sent again only when it certainly was not carried out. */
  createLedger(ledger: NewLedger, options?: CallOptions): Promise<Ledger>;
  getLedger(ledgerId: string, options?: CallOptions): Promise<Ledger>;
  listLedgers(page?: CoreList, options?: CallOptions): Promise<readonly Ledger[]>;
  /** Creates a balance. Sent again only when it certainly was not carried out. */
  createBalance(balance: NewBalance, options?: CallOptions): Promise<Balance>;
  /** One balance; `withQueued` adds what queued transactions would move. */
  getBalance(balanceId: string, options?: CallOptions & { readonly withQueued?: boolean }): Promise<Balance>;
  listBalances(page?: CoreList, options?: CallOptions): Promise<readonly Balance[]>;
  /** The internal balance of an indicator such as `@World` in a currency. */
  getBalanceByIndicator(indicator: string, currency: string, options?: CallOptions): Promise<Balance>;
  /** A balance as it was at a time. */
  getBalanceAt(balanceId: string, timestamp: Date, options?: CallOptions): Promise<BalanceAt>;
  getBalanceLineage(balanceId: string, options?: CallOptions): Promise<BalanceLineage>;
  /** Links a balance to an identity. Repeating it changes nothing. */
  linkBalanceIdentity(balanceId: string, identityId: string, options?: CallOptions): Promise<void>;
}

/** Binds the calls on ledgers and balances. */
export function ledgerCalls(tools: LedgerTools): LedgerCalls {
  const { proxy, effects } = tools;
  return {
    createLedger: async (ledger, options) => effects.perform(ledgerWrite(tools, ledger, options)),
    async getLedger(id, options) {
      const { value } = await proxy.read(`/ledgers/${pathSegment(id, "ledger_id")}`, {}, options);
      return readRecord(ledgerShape, value);
    },
    async listLedgers(page, options) {
      const { value } = await proxy.read("/ledgers", listQuery(page), options);
      return readList(value, "ledger").map((record) => readRecord(ledgerShape, record));
    },
    createBalance: async (balance, options) => effects.perform(balanceWrite(tools, balance, options)),
    async getBalance(id, options) {
      const query: Record<string, string> = options?.withQueued === true ? { with_queued: "true" } : {};
      const { value } = await proxy.read(`/balances/${pathSegment(id, "balance_id")}`, query, options);
      return readRecord(balanceShape, value);
    },
    async listBalances(page, options) {
      const { value } = await proxy.read("/balances", listQuery(page), options);
      return readList(value, "balance").map((record) => readRecord(balanceShape, record));
    },
    async getBalanceByIndicator(indicator, currency, options) {
      const segments = [pathSegment(indicator, "indicator"), "currency", pathSegment(currency, "currency")];
      const { value } = await proxy.read(`/balances/indicator/${segments.join("/")}`, {}, options);
      return readRecord(balanceShape, value);
    },
    async getBalanceAt(id, timestamp, options) {
      const query = { timestamp: timestamp.toISOString() };
      const { value } = await proxy.read(`/balances/${pathSegment(id, "balance_id")}/at`, query, options);
      return readBalanceAt(value);
    },
    async getBalanceLineage(id, options) {
      const { value } = await proxy.read(`/balances/${pathSegment(id, "balance_id")}/lineage`, {}, options);
      return readLineage(value);
    },
    linkBalanceIdentity: async (balanceId, identityId, options) =>
      effects.perform(identityLinkWrite(tools, balanceId, identityId, options)),
  };
}

/** Core's `limit` and `offset`. */
export function listQuery(page: CoreList = {}): Record<string, string> {
  return {
    ...(page.limit === undefined ? {} : { limit: String(page.limit) }),
    ...(page.offset === undefined ? {} : { offset: String(page.offset) }),
  };
}

function readBalanceAt(value: unknown): BalanceAt {
  const body = readObject(value, "a balance at a time");
  const balance = readRecord(balanceShape, body["balance"]);
  return { ...(body as unknown as BalanceAt), balance };
}

function readLineage(value: unknown): BalanceLineage {
  const body = readObject(value, "a balance's lineage");
  const providers = readList(body["providers"], "provider").map((item) => {
    const provider = readObject(item, "a provider");
    return {
      ...(provider as unknown as BalanceLineage["providers"][number]),
      amount: readInteger(provider["amount"], "amount"),
      available: readInteger(provider["available"], "available"),
      spent: readInteger(provider["spent"], "spent"),
    };
  });
  const total = readInteger(body["total_with_lineage"], "total_with_lineage");
  return { ...(body as unknown as BalanceLineage), total_with_lineage: total, providers };
}
