/** What a balance had in the middle of a long history, against the same question of a short one; in milliseconds, over HTTP. */
import { load } from "../http/load.ts";
import type { SuiteOptions } from "../options.ts";
import type { Row } from "../report.ts";
import { type LedgerUnderTest, startFilledLedger } from "./ledger-process.ts";

const long = 100_000;
const short = 1_000;

export async function runHistory({ rounds, seconds }: SuiteOptions): Promise<readonly Row[]> {
  const [full, fresh] = [
    await startFilledLedger(long, "one pair"),
    await startFilledLedger(short, "one pair"),
  ];
  try {
    const measured: { long: number; short: number }[] = [];
    for (let round = 0; round < rounds; round += 1) {
      measured.push({
        long: await atMiddle(full, long, seconds),
        short: await atMiddle(fresh, short, seconds),
      });
    }
    return [
      {
        what: "a balance in the middle of 100,000 rows, p50",
        against: "of 1,000 rows",
        ratios: measured.map((each) => each.long / each.short),
        ours: measured.map((each) => each.long),
        unit: "ms",
        target: { atMost: 3 },
        floor: { atMost: 6 },
      },
    ];
  } finally {
    await full.end();
    await fresh.end();
  }
}

/** The rows are a second apart, and each moves one minor unit. */
async function atMiddle(ledger: LedgerUnderTest, rows: number, seconds: number): Promise<number> {
  const middle = new Date(Date.UTC(2026, 0, 1) + (rows / 2) * 1000).toISOString();
  const { p50 } = await load({
    port: ledger.port,
    connections: 1,
    seconds,
    next: () => ({ method: "GET", path: `/balances/bln_destination/at?timestamp=${middle}` }),
    check: ({ status, body }) => {
      if (status !== 200 || !body.includes(`"credit_balance":${rows / 2},`))
        throw new Error(`Expected ${rows / 2}, got ${status}: ${body}`);
    },
  });
  return p50;
}
