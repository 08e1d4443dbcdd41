/**
 * A page of each list of a person's over a million transactions and a hundred thousand balances, on a PostgreSQL
 * server and on the engine in the process: the slowest way to ask, by the median of how often it was asked.
 */
import { createDataReader, prepareForBrowsing } from "../../../packages/data-api/src/index.ts";
import {
  fillAccounts,
  fillTransactions,
  openEmbedded,
  openServer,
  timePagesOfPeople,
} from "../../../packages/data-api/test/data-speed.ts";
import type { SuiteOptions } from "../options.ts";
import { median, type Row } from "../report.ts";

const transactions = 1_000_000;
const balances = 100_000;
const wanted = 100;

export async function runListsSuite({ rounds, scale }: SuiteOptions): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (const [name, open] of [
    ["PostgreSQL", openServer],
    ["embedded", openEmbedded],
  ] as const) {
    const place = await open();
    try {
      await prepareForBrowsing(place.database);
      await fillAccounts(place.database, Math.ceil(balances * scale));
      await fillTransactions(place.database, Math.ceil(transactions * scale));
      const timed = await timePagesOfPeople(createDataReader(place.database), Math.max(3, rounds));
      const slowest = timed.toSorted((one, other) => median(other.times) - median(one.times));
      for (const { name: asked, times } of slowest.slice(0, shown)) rows.push(rowOf(name, asked, times));
    } finally {
      await place.close();
    }
  }
  return rows;
}

/** The slowest of all, so that the others are known to be faster. */
const shown = 3;

function rowOf(engine: string, asked: string, times: readonly number[]): Row {
  return {
    what: `${engine}: page ${asked}`,
    against: "(no ratio)",
    ratios: times,
    ours: times,
    unit: "ms",
    target: { atMost: wanted },
    floor: { atMost: 3 * wanted },
  };
}
