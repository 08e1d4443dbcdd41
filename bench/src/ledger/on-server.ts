/** The ledger on a PostgreSQL server whose commits wait for the disk, against bare SQL on the same server with as many connections. */
import { startPostgres } from "../../../tests/support/postgres-server.ts";
import type { SuiteOptions } from "../options.ts";
import type { Bound, Row } from "../report.ts";
import type { BareCommand } from "./bare-sql.ts";
import { startLedgerOnServer } from "./ledger-process.ts";
import { connections, type Figures, measureRunning, startBare } from "./measure.ts";

/** What bare SQL does, by the figure of ours that it is held against. */
type Bare = {
  readonly alone: number;
  readonly pairs: number;
  readonly pairsInOne: number;
  readonly hot: number;
  readonly reads: number;
};
type Measured = { readonly ours: Figures; readonly bare: Bare };

export async function runOnServer({ rounds, seconds }: SuiteOptions): Promise<readonly Row[]> {
  const server = await startPostgres({ durable: true, settings: { shared_buffers: "256MB" } });
  try {
    const measured: Measured[] = [];
    for (let round = 0; round < rounds; round += 1) {
      const bare = await measureBare(await server.createDatabase(`bare_${round}`), seconds);
      const ledger = await startLedgerOnServer(await server.createDatabase(`ledger_${round}`));
      try {
        measured.push({ bare, ours: await measureRunning(ledger, seconds) });
      } finally {
        await ledger.end();
      }
    }
    return rowsOf(measured);
  } finally {
    await server.stop();
  }
}

async function measureBare(url: string, seconds: number): Promise<Bare> {
  const bare = startBare(url);
  const ask = async (command: Omit<BareCommand, "seconds">) =>
    (await bare.ask({ ...command, seconds })).perSecond;
  try {
    await bare.ready;
    return {
      alone: await ask({ way: "four", connections: 1 }),
      pairs: await ask({ way: "four", connections }),
      pairsInOne: await ask({ way: "one", connections }),
      hot: await ask({ way: "four", connections, hot: true }),
      reads: await ask({ way: "read", connections }),
    };
  } finally {
    await bare.end();
  }
}

function rowsOf(measured: readonly Measured[]): readonly Row[] {
  const row = (
    what: string,
    against: string,
    ours: keyof Figures,
    theirs: keyof Bare,
    target: Bound,
    floor: Bound,
  ): Row => ({
    what: `PostgreSQL: ${what}`,
    against,
    ratios: measured.map((each) => each.ours[ours] / each.bare[theirs]),
    ours: measured.map((each) => each.ours[ours]),
    unit: "/s",
    target,
    floor,
  });
  const [four, one, read] = ["SQL, four statements", "SQL, one statement", "SQL, one SELECT"];
  const atLeast = (ratio: number): Bound => ({ atLeast: ratio });
  return [
    row("immediate, 1 connection", four, "alone", "alone", atLeast(0.5), atLeast(0.35)),
    row("immediate, 16 connections, own pairs", four, "pairs", "pairs", atLeast(0.5), atLeast(0.35)),
    row("immediate, 16 connections, own pairs", one, "pairs", "pairsInOne", atLeast(0.5), atLeast(0.35)),
    row("immediate, 16 connections, one hot balance", four, "hot", "hot", atLeast(2), atLeast(1)),
    row("queued, until all are applied", four, "queued", "pairs", atLeast(0.5), atLeast(0.25)),
    row("read one balance, 16 connections", read, "reads", "reads", atLeast(0.5), atLeast(0.3)),
  ];
}
