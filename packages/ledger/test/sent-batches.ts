/**
 * Batches and splits as a client sends them, one after the other, while something befalls the ledger; and what must have become of
 * each when it is well again: all of what was answered or accepted, and of what was not no half.
 */
import type { SqlDatabase, SqlRow } from "../src/store/database.ts";

/** How a batch is sent, and what is done with it afterwards. */
export interface BatchWay {
  /** One transaction of many legs, and no batch. */
  readonly isSplit: boolean;
  readonly atomic: boolean;
  readonly inflight: boolean;
  readonly mode: "now" | "queued" | "async";
  /** Its last item wants more than there is: the batch stops there. */
  readonly isImpossible: boolean;
  readonly action: "commit" | "void" | "refund" | undefined;
  readonly actsNow: boolean;
}

/** A batch that was sent. What was answered has the moment it was; the clock is the test's. */
export interface SentBatch {
  readonly way: BatchWay;
  readonly references: readonly string[];
  answeredAt: number | undefined;
  actedOnAt: number | undefined;
  actionAnsweredAt: number | undefined;
}

/** What came back. */
export interface BatchAnswer {
  readonly status: number;
  readonly batchId: string | undefined;
  /** Of a refusal. */
  readonly code: string | undefined;
}

/** The way to a ledger. It throws where there is none any more. */
export type Call = (method: string, path: string, body: object) => Promise<BatchAnswer>;

export interface BatchSender {
  readonly call: Call;
  /** Gives numbers from 0 to 1. */
  readonly random: () => number;
  /** The time of an answer. */
  readonly now: () => number;
  /** Gets each batch before it is sent. */
  readonly onSent: (batch: SentBatch) => void;
  readonly onAnswered?: () => void;
}

/** Three parts or so; some are small enough for one commit. */
const mostItems = 170;
/** How many items a batch has on average. */
export const usualItems = mostItems / 2;
/** More than anybody has. */
const unaffordable = 10 ** 15;

/** Sends a batch between two balances, and most often acts on it as a group. */
export async function sendBatch(
  sender: BatchSender,
  name: string,
  source: string,
  destination: string,
): Promise<void> {
  const way = anyWay(sender.random);
  const count = 2 + Math.floor(sender.random() * mostItems);
  const references = Array.from({ length: count }, (_, index) => referenceIn(way, name, index));
  const batch: SentBatch = {
    way,
    references,
    answeredAt: undefined,
    actedOnAt: undefined,
    actionAnsweredAt: undefined,
  };
  sender.onSent(batch);
  const answer = await (way.isSplit
    ? sendSplit(sender.call, batch, name, source)
    : sendItems(sender.call, batch, source, destination));
  if (!isMeant(way, answer)) return;
  batch.answeredAt = sender.now();
  sender.onAnswered?.();
  if (way.action === undefined || answer.batchId === undefined || way.isImpossible || way.mode !== "now")
    return;
  await act(sender, batch, answer.batchId);
}

/** Items are named by who sends them, legs by the ledger. */
function referenceIn({ isSplit, mode }: BatchWay, name: string, index: number): string {
  return isSplit ? `${name}${mode === "queued" ? "_" : "-"}${index + 1}` : `${name}-${index}`;
}

function sendSplit(
  call: Call,
  { way, references }: SentBatch,
  reference: string,
  source: string,
): Promise<BatchAnswer> {
  const common = { precision: 100, currency: "USD", description: "Split", source, reference };
  // Legs of one identifier would be one leg.
  const destinations = references.map((_, index) => ({
    ...{ identifier: `@${source}-${index}`, precise_distribution: "1" },
  }));
  return call("POST", "/transactions", {
    ...{ ...common, precise_amount: references.length, allow_overdraft: true, destinations },
    ...{ atomic: way.atomic, inflight: way.inflight, skip_queue: way.mode !== "queued" },
  });
}

function sendItems(
  call: Call,
  { way, references }: SentBatch,
  source: string,
  destination: string,
): Promise<BatchAnswer> {
  const { atomic, inflight, mode } = way;
  const transactions = references.map((reference, index) => {
    const isLast = way.isImpossible && index === references.length - 1;
    const common = { precision: 100, currency: "USD", description: "Batch", source, destination, reference };
    return { ...common, precise_amount: isLast ? unaffordable : 1 + index, allow_overdraft: !isLast };
  });
  const skip_queue = mode !== "queued";
  const body = { transactions, atomic, inflight, skip_queue, run_async: mode === "async" };
  return call("POST", "/transactions/bulk", body);
}

/** The answer of a batch that nothing befell. */
function isMeant({ mode, isImpossible }: BatchWay, { status, code }: BatchAnswer): boolean {
  if (mode === "async") return status === 202;
  return isImpossible ? code === "TXN_INSUFFICIENT_FUNDS" : status === 201;
}

function anyWay(random: () => number): BatchWay {
  const inflight = random() < 0.4;
  const mode = (["now", "now", "async", "queued"] as const)[Math.floor(random() * 4)] ?? "now";
  const isSplit = mode !== "async" && random() < 0.4;
  const action = inflight ? (random() < 0.7 ? "commit" : "void") : "refund";
  return {
    isSplit,
    inflight,
    mode,
    atomic: random() < 0.5,
    // What goes through the queue is refused in its turn, each item by itself.
    isImpossible: !isSplit && mode !== "queued" && random() < 0.3,
    action: !isSplit && random() < 0.7 ? action : undefined,
    actsNow: random() < 0.5,
  };
}

async function act(sender: BatchSender, batch: SentBatch, batchId: string): Promise<void> {
  const { action, actsNow: skip_queue } = batch.way;
  batch.actedOnAt = sender.now();
  const { status } =
    action === "refund"
      ? await sender.call("POST", `/refund-transaction/${batchId}`, { skip_queue })
      : await sender.call("PUT", `/transactions/inflight/${batchId}`, { status: action, skip_queue });
  if (status >= 300) return;
  batch.actionAnsweredAt = sender.now();
  sender.onAnswered?.();
}

/** The rows of a ledger that has nothing more to do. */
class Books {
  readonly #byReference = new Map<string, SqlRow>();
  readonly #byParent = new Map<string, SqlRow[]>();

  constructor(rows: readonly SqlRow[]) {
    for (const row of rows) {
      this.#byReference.set(String(row["reference"]), row);
      const parent = String(row["parent_transaction"]);
      this.#byParent.set(parent, [...(this.#byParent.get(parent) ?? []), row]);
    }
  }

  /** The row that moves the money of an item: its own, or the child of the row that was queued. */
  made(reference: string): SqlRow | undefined {
    const row = this.#byReference.get(reference);
    return row?.["status"] === "QUEUED" ? this.#byReference.get(`${reference}_q`) : row;
  }

  children(row: SqlRow, status: string): number {
    const children = this.#byParent.get(String(row["transaction_id"])) ?? [];
    return children.filter((child) => child["status"] === status).length;
  }

  /** How often a row was undone: a hold is voided, what was applied refunded. */
  undone(row: SqlRow): number {
    if (row["status"] === "INFLIGHT") return this.children(row, "VOID");
    const refund = this.#byReference.get(`${String(row["transaction_id"])}_refund`);
    if (refund === undefined) return 0;
    return refund["status"] === "QUEUED" ? this.children(refund, "APPLIED") : 1;
  }
}

/**
 * What is wrong with batches, in words; the ledger is to have settled. Invariants say whether anything was made twice.
 *
 * @param until what was answered later is as good as not answered
 */
export async function brokenBatches(
  database: SqlDatabase,
  batches: readonly SentBatch[],
  until: number = Number.POSITIVE_INFINITY,
): Promise<readonly string[]> {
  const rows = await database.query(
    "SELECT transaction_id, reference, status, parent_transaction FROM blnk.transactions",
    [],
  );
  const books = new Books(rows);
  return batches.flatMap((batch) =>
    problemsOf(books, batch, until).map((problem) => `${problem}: ${describe(batch, until)}`),
  );
}

function describe({ way, references }: SentBatch, until: number): string {
  return `${references[0] ?? ""} and ${references.length - 1} more, ${JSON.stringify(way)}, by ${until}`;
}

function problemsOf(books: Books, batch: SentBatch, until: number): readonly string[] {
  const { way, references } = batch;
  const isBefore = (moment: number | undefined) => moment !== undefined && moment <= until;
  const made = references.map((reference) => books.made(reference));
  const rows = made.filter((row) => row !== undefined);
  const count = rows.length;
  const wanted = references.length - (way.isImpossible ? 1 : 0);
  const undone = rows.filter((row) => books.undone(row) === 1).length;
  const expected = way.inflight ? "INFLIGHT" : "APPLIED";
  // What was accepted is whole or was never accepted, and so is one commit.
  const isWhole = way.mode === "async" || (way.mode === "queued" && way.atomic);
  return [
    ...(rows.every((row) => row["status"] === expected) ? [] : ["made as something else"]),
    ...(made.slice(0, count).every((row) => row !== undefined) ? [] : ["a hole"]),
    ...(isBefore(batch.answeredAt) && count !== wanted ? [`answered, and ${count} made`] : []),
    ...(isWhole && count > 0 && count !== wanted ? [`halved: ${count} made`] : []),
    ...(isBefore(batch.actedOnAt)
      ? []
      : undoProblems(way, { count, wanted, undone }, isBefore(batch.answeredAt))),
    ...(isBefore(batch.actionAnsweredAt) ? actionProblems(books, way, rows) : []),
  ];
}

interface Counts {
  readonly count: number;
  readonly wanted: number;
  readonly undone: number;
}

/** An atomic batch that was not made whole is undone whole; any other stands. */
function undoProblems(
  { atomic, mode, isImpossible }: BatchWay,
  { count, wanted, undone }: Counts,
  isAnswered: boolean,
): readonly string[] {
  const isToBeUndone = atomic && (isImpossible || count < wanted);
  // One that nobody was told of may be undone though all of it was made.
  const mayBeUndone = atomic && mode === "now" && !isAnswered;
  const isRight = isToBeUndone ? undone === count : undone === 0 || (mayBeUndone && undone === count);
  return isRight ? [] : [`${undone} of ${count} undone`];
}

/** Each row was acted on, once. */
function actionProblems(books: Books, { action }: BatchWay, rows: readonly SqlRow[]): readonly string[] {
  const times = (row: SqlRow) => (action === "commit" ? books.children(row, "APPLIED") : books.undone(row));
  const missed = rows.filter((row) => times(row) !== 1).length;
  return missed === 0 ? [] : [`${action} answered, and ${missed} of ${rows.length} rows not acted on once`];
}
