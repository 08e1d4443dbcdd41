/** Small look-ups that make records readable: names of ledgers and balances, precision of a currency. */
import { exactInteger } from "@annex/ui";
import { useMemo } from "react";
import { useRecords } from "../api/queries.ts";
import type { BalanceRecord, LedgerRecord, TransactionRecord } from "../api/types.ts";
import { useInstance } from "../session/session.ts";

const lookupSize = 200;

/** Names of the instance's ledgers by id (of the newest 200). */
export function useLedgerNames(): ReadonlyMap<string, string> {
  const { instance_id } = useInstance();
  const ledgers = useRecords<LedgerRecord>(
    instance_id,
    "ledgers",
    { page: 1, pageSize: lookupSize },
    { live: false },
  );
  return useMemo(
    () => new Map(ledgers.data?.data.map((ledger) => [ledger.ledger_id, ledger.name] as const)),
    [ledgers.data],
  );
}

/** Indicators such as `@World` of the instance's internal balances, by balance id. */
export function useIndicators(): ReadonlyMap<string, string> {
  const { instance_id } = useInstance();
  const balances = useRecords<BalanceRecord>(
    instance_id,
    "balances",
    { page: 1, pageSize: lookupSize, indicator_like: "@%" },
    { live: false },
  );
  return useMemo(
    () =>
      new Map(
        balances.data?.data.flatMap((balance) =>
          balance.indicator ? [[balance.balance_id, balance.indicator] as const] : [],
        ),
      ),
    [balances.data],
  );
}

/**
 * The precision of a currency, when all its transactions on this instance agree
 * on one. Balances carry none themselves: they are sums of minor units, and
 * only a precision shared by all of them turns such a sum into an amount.
 */
export function useCurrencyPrecision(currency: string): bigint | undefined {
  const { instance_id } = useInstance();
  const one = { currency_eq: currency, page: 1, pageSize: 1 };
  const latest = useRecords<TransactionRecord>(instance_id, "transactions", one, { live: false });
  const precision = exactInteger(latest.data?.data[0]?.precision);
  const others = useRecords<TransactionRecord>(
    instance_id,
    "transactions",
    { ...one, precision_ne: precision?.toString() },
    { enabled: precision !== undefined, live: false },
  );
  return others.data?.total === 0 ? precision : undefined;
}
