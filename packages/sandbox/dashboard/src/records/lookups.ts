/** Small look-ups that make records readable: names of ledgers and balances, the currencies there are, precisions. */
import { exactInteger } from "@annex/ui";
import { useMemo } from "react";
import { useRecords, useSums } from "../api/queries.ts";
import { useInstance } from "../session/session.ts";
import { balanceName, identityName, transactionName } from "./names.ts";

/** The most ids one question may name. */
const mostIds = 100;

const once = { live: false } as const;

/** Names of ledgers by id, of those that are asked for. */
export function useLedgerNames(ids: readonly string[]): ReadonlyMap<string, string> {
  const { instance_id } = useInstance();
  const wanted = distinct(ids);
  const ledgers = useRecords(
    instance_id,
    "ledgers",
    { page: 1, pageSize: mostIds, ledger_id_in: wanted.join(",") },
    { ...once, enabled: wanted.length > 0 },
  );
  return useMemo(
    () => new Map(ledgers.data?.data.map((ledger) => [ledger.ledger_id, ledger.name] as const)),
    [ledgers.data],
  );
}

/** What the balances of these ids are called. */
export function useBalanceNames(ids: readonly string[]): ReadonlyMap<string, string> {
  const { instance_id } = useInstance();
  const wanted = distinct(ids.filter((id) => id.startsWith("bln_")));
  const balances = useRecords(
    instance_id,
    "balances",
    { page: 1, pageSize: mostIds, balance_id_in: wanted.join(",") },
    { ...once, enabled: wanted.length > 0 },
  );
  return useMemo(
    () => new Map(balances.data?.data.map((balance) => [balance.balance_id, balanceName(balance)] as const)),
    [balances.data],
  );
}

/** What the transactions of these ids are about. */
export function useTransactionNames(ids: readonly string[]): ReadonlyMap<string, string> {
  const { instance_id } = useInstance();
  const wanted = distinct(ids);
  const transactions = useRecords(
    instance_id,
    "transactions",
    { page: 1, pageSize: mostIds, transaction_id_in: wanted.join(",") },
    { ...once, enabled: wanted.length > 0 },
  );
  return useMemo(
    () => new Map(transactions.data?.data.map((row) => [row.transaction_id, transactionName(row)] as const)),
    [transactions.data],
  );
}

/** Who the identities of these ids are. */
export function useIdentityNames(ids: readonly string[]): ReadonlyMap<string, string> {
  const { instance_id } = useInstance();
  const wanted = distinct(ids);
  const identities = useRecords(
    instance_id,
    "identities",
    { page: 1, pageSize: mostIds, identity_id_in: wanted.join(",") },
    { ...once, enabled: wanted.length > 0 },
  );
  return useMemo(
    () => new Map(identities.data?.data.map((row) => [row.identity_id, identityName(row)] as const)),
    [identities.data],
  );
}

function distinct(ids: readonly string[]): readonly string[] {
  return [...new Set(ids)].sort().slice(0, mostIds);
}

/** The currencies that the instance's balances are in, in order. */
export function useCurrencies(): readonly string[] {
  const { instance_id } = useInstance();
  const sums = useSums(instance_id, "balances", {});
  return useMemo(() => (sums.data?.data ?? []).map(({ currency }) => currency), [sums.data]);
}

/**
 * The currency of a choice, however its letters are written; one that does not exist stays as it is.
 *
 * @example
 * ```ts
 * currencyAmong(["USD", "EUR"], "usd"); // "USD"
 * ```
 */
export function currencyAmong(currencies: readonly string[], text: string): string {
  return currencies.find((currency) => currency.toLowerCase() === text.toLowerCase()) ?? text;
}

/**
 * The precision of a currency, when all its transactions on this instance agree
 * on one. Balances carry none themselves: they are sums of minor units, and
 * only a precision shared by all of them turns such a sum into an amount.
 */
export function useCurrencyPrecision(currency: string): bigint | undefined {
  const { instance_id } = useInstance();
  const one = { currency_eq: currency, page: 1, pageSize: 1 };
  const latest = useRecords(instance_id, "transactions", one, once);
  const precision = exactInteger(latest.data?.data[0]?.precision);
  const others = useRecords(
    instance_id,
    "transactions",
    { ...one, precision_ne: precision?.toString() },
    { ...once, enabled: precision !== undefined },
  );
  return others.data?.total === 0 ? precision : undefined;
}
