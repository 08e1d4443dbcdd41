/** Small look-ups that make records readable: names of ledgers and balances, the currencies there are, precisions. */
import { exactInteger } from "@annex/ui";
import { useMemo } from "react";
import { useRecords, useSums } from "../api/queries.ts";
import type { RecordCollection, RecordOf } from "../api/types.ts";
import { useInstance } from "../session/session.ts";
import { balanceName, identityName, transactionName } from "./names.ts";

/** The most ids one question may name. */
const mostIds = 100;

const once = { live: false } as const;

/** Names of ledgers by id, of those that are asked for. */
export function useLedgerNames(ids: readonly string[]): ReadonlyMap<string, string> {
  return useNames(ids, named.ledgers);
}

/** What the balances of these ids are called. */
export function useBalanceNames(ids: readonly string[]): ReadonlyMap<string, string> {
  return useNames(
    ids.filter((id) => id.startsWith("bln_")),
    named.balances,
  );
}

/** What the transactions of these ids are about. */
export function useTransactionNames(ids: readonly string[]): ReadonlyMap<string, string> {
  return useNames(ids, named.transactions);
}

/** Who the identities of these ids are. */
export function useIdentityNames(ids: readonly string[]): ReadonlyMap<string, string> {
  return useNames(ids, named.identities);
}

type Named<Collection extends RecordCollection> = {
  readonly collection: Collection;
  readonly field: keyof RecordOf[Collection] & string;
  readonly entry: (row: RecordOf[Collection]) => readonly [id: string, name: string];
};

/** How the records of each collection are asked for by their ids, and what they are called. */
const named: { readonly [Collection in RecordCollection]: Named<Collection> } = {
  ledgers: {
    collection: "ledgers",
    field: "ledger_id",
    entry: (row) => [row.ledger_id, row.name],
  },
  balances: {
    collection: "balances",
    field: "balance_id",
    entry: (row) => [row.balance_id, balanceName(row)],
  },
  transactions: {
    collection: "transactions",
    field: "transaction_id",
    entry: (row) => [row.transaction_id, transactionName(row)],
  },
  identities: {
    collection: "identities",
    field: "identity_id",
    entry: (row) => [row.identity_id, identityName(row)],
  },
};

function useNames<Collection extends RecordCollection>(
  ids: readonly string[],
  { collection, field, entry }: Named<Collection>,
): ReadonlyMap<string, string> {
  const { instance_id } = useInstance();
  const wanted = distinct(ids);
  const records = useRecords(
    instance_id,
    collection,
    { page: 1, pageSize: mostIds, [`${field}_in`]: wanted.join(",") },
    { ...once, enabled: wanted.length > 0 },
  );
  return useMemo(() => new Map(records.data?.data.map(entry)), [records.data, entry]);
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
