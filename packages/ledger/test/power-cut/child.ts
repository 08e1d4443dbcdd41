/**
 * A ledger that posts while its files are watched (`recorder.ts`); writes what it answered to a file:
 * `node --import ./recorder.ts child.ts DIRECTORY OUT POSTINGS BALANCE…`.
 */
import { writeFileSync } from "node:fs";
import { serialize } from "node:v8";
import { openLedger } from "../../src/index.ts";
import { send } from "../harness.ts";
import { operationsSoFar } from "./recorder.ts";

/** One answer, and how many operations on files came before it. */
export interface Answer {
  readonly reference: string;
  readonly after: number;
}

const [directory = "", out = "", count = "0", ...balances] = process.argv.slice(2);
const posters = 6;
const postingsPerCheckpoint = 60;

const ledger = await openLedger({ database: { kind: "embedded", directory, flush: true } });
const answers: Answer[] = [];

async function post(poster: number): Promise<void> {
  for (let index = poster; index < Number(count); index += posters) {
    const reference = `cut-${index}`;
    const kind = index % 3;
    const { status } = await send(ledger, "POST", "/transactions", {
      precise_amount: BigInt(1 + index),
      precision: 100,
      currency: "USD",
      reference,
      description: "Power cut",
      source: balances[index % balances.length],
      destination: balances[(index + 1) % balances.length],
      allow_overdraft: true,
      skip_queue: kind !== 0,
      inflight: kind === 1,
    });
    if (status === 201) answers.push({ reference, after: operationsSoFar() });
    // Data files are written and flushed too, not the log alone.
    if (index % postingsPerCheckpoint === 0) await ledger.database.query("CHECKPOINT", []);
  }
}

await Promise.all(Array.from({ length: posters }, (_, poster) => post(poster)));
writeFileSync(out, serialize(answers));
// As the power goes: nothing is closed.
process.exit(0);
