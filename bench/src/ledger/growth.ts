/** Posting into books that hold a million transactions already, against empty ones, in turn. Not part of a plain run: filling takes minutes. */

import type { SuiteOptions } from "../options.ts";
import type { Row } from "../report.ts";
import { createBalances, type LedgerUnderTest, startFilledLedger } from "./ledger-process.ts";
import { connections, immediate } from "./measure.ts";

const transactions = 1_000_000;

export async function runGrowthSuite({ rounds, seconds }: SuiteOptions): Promise<readonly Row[]> {
  const [full, empty] = [await startFilledLedger(transactions), await startFilledLedger(0)];
  try {
    const fullBalances = await createBalances(full.port, connections * 2);
    const emptyBalances = await createBalances(empty.port, connections * 2);
    const measured: { full: number; empty: number }[] = [];
    for (let round = 0; round < rounds; round += 1) {
      measured.push({
        full: await immediate(full, fullBalances, connections, seconds, false),
        empty: await immediate(empty, emptyBalances, connections, seconds, false),
      });
    }
    return [growthRow(measured)];
  } finally {
    await endBoth(full, empty);
  }
}

function growthRow(measured: readonly { full: number; empty: number }[]): Row {
  return {
    what: "immediate, 16 connections, at 1,000,000 transactions",
    against: "empty books",
    ratios: measured.map(({ full, empty }) => full / empty),
    ours: measured.map(({ full }) => full),
    unit: "/s",
    target: { atLeast: 0.8 },
    floor: { atLeast: 0.6 },
  };
}

async function endBoth(full: LedgerUnderTest, empty: LedgerUnderTest): Promise<void> {
  await full.end();
  await empty.end();
}
