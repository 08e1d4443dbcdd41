/** The ledger over HTTP against bare SQL on the same engine, in turn: on the engine in the process, on a server, and with a long history. */
import type { SuiteOptions } from "../options.ts";
import type { Bound, Row } from "../report.ts";
import type { BareCommand } from "./bare-sql.ts";
import { runHistory } from "./history.ts";
import { startLedger } from "./ledger-process.ts";
import { type Figures, measureRunning, startBare } from "./measure.ts";
import { runOnServer } from "./on-server.ts";

type Measured = {
  readonly ours: Figures & { readonly start: number };
  readonly four: number;
  readonly one: number;
  readonly read: number;
};

export async function runLedgerSuite(options: SuiteOptions): Promise<readonly Row[]> {
  return [...(await runEmbedded(options)), ...(await runOnServer(options)), ...(await runHistory(options))];
}

async function runEmbedded({ rounds, seconds }: SuiteOptions): Promise<readonly Row[]> {
  const bare = startBare();
  try {
    await bare.ready;
    const measured: Measured[] = [];
    for (let round = 0; round < rounds; round += 1) {
      const ask = async (way: BareCommand["way"]) =>
        (await bare.ask({ way, seconds, connections: 1 })).perSecond;
      const [four, one, read] = [await ask("four"), await ask("one"), await ask("read")];
      measured.push({ ours: await measureLedger(seconds), four, one, read });
    }
    return rowsOf(measured);
  } finally {
    await bare.end();
  }
}

function rowsOf(measured: readonly Measured[]): readonly Row[] {
  const atLeast = (ratio: number): Bound => ({ atLeast: ratio });
  const row = (
    what: string,
    against: "four" | "one" | "read",
    figure: Exclude<keyof Figures, "memory">,
    target: Bound,
    floor: Bound,
  ): Row => ({
    what,
    against: { four: "SQL, four statements", one: "SQL, one statement", read: "SQL, one SELECT" }[against],
    ratios: measured.map((each) => each.ours[figure] / each[against]),
    ours: measured.map((each) => each.ours[figure]),
    unit: "/s",
    target,
    floor,
  });
  const figure = (what: string, of: "start" | "memory", unit: string, target: Bound, floor: Bound): Row => ({
    what,
    against: "(no ratio)",
    ratios: measured.map((each) => each.ours[of]),
    ours: measured.map((each) => each.ours[of]),
    unit,
    target,
    floor,
  });
  return [
    row("immediate, 1 connection", "four", "alone", atLeast(0.5), atLeast(0.35)),
    row("immediate, 16 connections, own pairs", "four", "pairs", atLeast(0.5), atLeast(0.35)),
    row("immediate, 16 connections, own pairs", "one", "pairs", atLeast(0.5), atLeast(0.35)),
    row("immediate, 16 connections, one hot balance", "four", "hot", atLeast(0.5), atLeast(0.35)),
    row("queued, until all are applied", "four", "queued", atLeast(0.5), atLeast(0.25)),
    row("read one balance, 16 connections", "read", "reads", atLeast(0.5), atLeast(0.3)),
    figure("start on books that are there, to ready", "start", "ms", { atMost: 1500 }, { atMost: 3000 }),
    figure("resident memory after the run", "memory", "MB", { atMost: 700 }, { atMost: 1000 }),
  ];
}

async function measureLedger(seconds: number): Promise<Measured["ours"]> {
  const ledger = await startLedger();
  const posted = await measureRunning(ledger, seconds);
  await ledger.end("keep the books");
  const again = await startLedger(ledger.directory);
  await again.end();
  return { ...posted, start: again.startMilliseconds };
}
