/** A batch as the ledger's suites send it. */
import { randomUUID } from "node:crypto";
import type { LoadRequest } from "../http/load.ts";

/** So many transactions of one cent between two balances, made while one waits. */
export function batchOf(count: number, source: string, destination: string): LoadRequest {
  const batch = randomUUID();
  const transactions = Array.from({ length: count }, (_, index) => ({
    precise_amount: 1,
    precision: 100,
    currency: "USD",
    reference: `${batch}-${index}`,
    description: "bench",
    source,
    destination,
    allow_overdraft: true,
  }));
  return {
    method: "POST",
    path: "/transactions/bulk",
    body: JSON.stringify({ transactions, skip_queue: true }),
  };
}
