import { readRecords } from "../api/queries.ts";
import type { TransactionRecord } from "../api/types.ts";
import { balanceName } from "./names.ts";

/** The most ids one question may name. */
const mostIds = 100;

/** What all balances of these transactions are called, for a file. */
export async function readBalanceNames(
  instanceId: string,
  rows: readonly TransactionRecord[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, string>> {
  const ids = [...new Set(rows.flatMap(({ source, destination }) => [source, destination]))].filter((id) =>
    id.startsWith("bln_"),
  );
  const names = new Map<string, string>();
  for (let start = 0; start < ids.length; start += mostIds) {
    const part = ids.slice(start, start + mostIds);
    const query = { page: 1, pageSize: mostIds, balance_id_in: part.join(",") };
    const { data } = await readRecords(instanceId, "balances", query, signal);
    for (const balance of data) names.set(balance.balance_id, balanceName(balance));
  }
  return names;
}
