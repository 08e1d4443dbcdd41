/**
 * A ledger that posts while its files are watched (`recorder.ts`); writes what it answered to a file:
 * `node --import ./recorder.ts child.ts DIRECTORY OUT POSTINGS BALANCE…`.
 */
import { writeFileSync } from "node:fs";
import { serialize } from "node:v8";
import { openLedger } from "../../src/index.ts";
import { codeOf, member, randomNumbers, send } from "../harness.ts";
import { type BatchSender, type SentBatch, sendBatch } from "../sent-batches.ts";
import { operationsSoFar } from "./recorder.ts";

/** One answer, and how many operations on files came before it. */
export interface Answer {
  readonly reference: string;
  readonly after: number;
}

/** What the ledger answered; the moments of batches are counts of operations on files too. */
export interface Answers {
  readonly postings: readonly Answer[];
  readonly batches: readonly SentBatch[];
}

const [directory = "", out = "", count = "0", ...balances] = process.argv.slice(2);
const posters = 6;
const postingsPerCheckpoint = 60;
const batchPosters = 2;
const batchesEach = 8;

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

const batches: SentBatch[] = [];
const sender: BatchSender = {
  call: async (method, path, body) => {
    const answer = await send(ledger, method, path, body);
    const batchId = member(answer.body, "batch_id");
    return {
      status: answer.status,
      batchId: batchId === null ? undefined : String(batchId),
      code: codeOf(answer),
    };
  },
  random: randomNumbers(20_261_128),
  now: operationsSoFar,
  onSent: (batch) => batches.push(batch),
};

async function sendBatches(poster: number): Promise<void> {
  const [from = "", to = ""] = [balances[poster], balances[poster + 1]];
  for (let index = 0; index < batchesEach; index++)
    await sendBatch(sender, `batch-${poster}-${index}`, from, to);
}

await Promise.all([
  ...Array.from({ length: posters }, (_, poster) => post(poster)),
  ...Array.from({ length: batchPosters }, (_, poster) => sendBatches(poster)),
]);
await ledger.settle();
writeFileSync(out, serialize({ postings: answers, batches } satisfies Answers));
// As the power goes: nothing is closed.
process.exit(0);
