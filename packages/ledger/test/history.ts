/**
 * One random history: operations, the model of what they come to, and what the ledger called the things that the model
 * numbers.
 */
import fc from "fast-check";
import { expect } from "vitest";
import type { Ledger } from "../src/index.ts";
import { type Answered, codeOf, integerOf, member, send, textOf } from "./harness.ts";
import { type Expected, Model, type ModelBatchWay, type ModelGroup, type ModelItem } from "./model.ts";

export const balanceCount = 4;
const mostReferences = 2000;

export type Operation =
  | {
      readonly kind: "apply" | "hold" | "queue";
      readonly reference: number;
      readonly source: number;
      readonly destination: number;
      readonly amount: bigint;
      readonly allow: boolean;
      /** Major units at precision 100; 0 is none. */
      readonly limit: number;
      readonly expiresIn: number | undefined;
    }
  | { readonly kind: "commit"; readonly hold: number; readonly amount: bigint }
  | { readonly kind: "void"; readonly hold: number }
  | { readonly kind: "refund"; readonly applied: number }
  | Batch
  | { readonly kind: "group"; readonly action: GroupAction; readonly group: number; readonly now: boolean }
  | { readonly kind: "wait"; readonly seconds: number };

interface Batch {
  readonly kind: "batch";
  readonly items: readonly Item[];
  /** How often the items come again, with references of their own: a large batch is made in parts. */
  readonly times: number;
  readonly way: ModelBatchWay;
  readonly isAsync: boolean;
}

type Item = Omit<Extract<Operation, { kind: "apply" | "hold" | "queue" }>, "kind" | "expiresIn">;

/** What is done with all of a batch; 0 commits all that remains of each hold. */
type GroupAction = bigint | "void" | "refund";

const side = fc.nat({ max: balanceCount - 1 });
const amount = fc.oneof(
  { arbitrary: fc.bigInt({ min: 1n, max: 1000n }), weight: 9 },
  { arbitrary: fc.bigInt({ min: 10n ** 20n, max: 10n ** 30n }), weight: 1 },
);

function movement(kind: "apply" | "hold" | "queue"): fc.Arbitrary<Operation> {
  return fc.record({
    kind: fc.constant(kind),
    // Small numbers meet each other: a reference is used twice now and then.
    reference: fc.nat({ max: mostReferences }),
    source: side,
    destination: side,
    amount,
    allow: fc.boolean(),
    limit: fc.oneof({ arbitrary: fc.constant(0), weight: 4 }, { arbitrary: fc.nat({ max: 20 }), weight: 1 }),
    // Never at once: what is due already, the worker does whenever it looks.
    expiresIn: fc.option(fc.integer({ min: 1, max: 100 }), { nil: undefined }),
  });
}

/** Most of them overdraw, or no batch would be made to its end. */
const item: fc.Arbitrary<Item> = fc.record({
  reference: fc.nat({ max: mostReferences }),
  source: side,
  destination: side,
  amount,
  allow: fc.oneof({ arbitrary: fc.constant(true), weight: 24 }, { arbitrary: fc.constant(false), weight: 1 }),
  limit: fc.oneof({ arbitrary: fc.constant(0), weight: 60 }, { arbitrary: fc.nat({ max: 20 }), weight: 1 }),
});

const batch: fc.Arbitrary<Batch> = fc.record({
  kind: fc.constant("batch"),
  items: fc.array(item, { minLength: 1, maxLength: 8, size: "max" }),
  times: fc.oneof(
    { arbitrary: fc.constant(1), weight: 4 },
    { arbitrary: fc.integer({ min: 15, max: 40 }), weight: 1 },
  ),
  way: fc.record({
    inflight: fc.boolean(),
    atomic: fc.boolean(),
    isQueued: fc.oneof(
      { arbitrary: fc.constant(false), weight: 2 },
      { arbitrary: fc.constant(true), weight: 1 },
    ),
  }),
  isAsync: fc.boolean(),
});

const groupAction: fc.Arbitrary<GroupAction> = fc.oneof(
  fc.constant(0n),
  amount,
  fc.constant("void" as const),
  fc.constant("refund" as const),
);

const anyIndex = fc.nat({ max: 10_000 });
export const operation: fc.Arbitrary<Operation> = fc.oneof(
  { arbitrary: movement("apply"), weight: 6 },
  { arbitrary: movement("hold"), weight: 5 },
  { arbitrary: movement("queue"), weight: 1 },
  {
    arbitrary: fc.record({
      kind: fc.constant("commit" as const),
      hold: anyIndex,
      amount: fc.oneof(fc.constant(0n), amount),
    }),
    weight: 4,
  },
  { arbitrary: fc.record({ kind: fc.constant("void" as const), hold: anyIndex }), weight: 2 },
  { arbitrary: fc.record({ kind: fc.constant("refund" as const), applied: anyIndex }), weight: 2 },
  { arbitrary: batch, weight: 1 },
  {
    arbitrary: fc.record({
      kind: fc.constant("group" as const),
      action: groupAction,
      group: anyIndex,
      now: fc.boolean(),
    }),
    weight: 1,
  },
  { arbitrary: fc.record({ kind: fc.constant("wait" as const), seconds: fc.nat({ max: 60 }) }), weight: 1 },
);

/** The time of the test; nothing waits for the real one. */
export const clock = { present: Date.UTC(2030, 0, 1) };
let histories = 0;

/** One history: the model, and what the ledger called the things the model numbers. */
export class History {
  readonly model = new Model(balanceCount);
  readonly ledger: Ledger;
  readonly balances: readonly string[];
  readonly name: string;
  readonly holdIds: string[] = [];
  readonly appliedIds: string[] = [];
  readonly groups: { readonly id: string; readonly group: ModelGroup }[] = [];

  constructor(ledger: Ledger, balances: readonly string[]) {
    this.ledger = ledger;
    this.balances = balances;
    this.name = `history-${histories++}`;
  }

  async run(step: Operation): Promise<void> {
    if (step.kind === "wait") return this.wait(step.seconds);
    if (step.kind === "commit" || step.kind === "void") return this.settleHold(step);
    if (step.kind === "refund") return this.refund(step.applied);
    if (step.kind === "batch") return this.batch(step);
    if (step.kind === "group") return this.actOnGroup(step);
    if (step.source === step.destination) return;
    return step.kind === "queue" ? this.queue(step) : this.post(step);
  }

  body(step: Operation & { readonly kind: "apply" | "hold" | "queue" }, expiresAt: number | undefined) {
    return {
      precise_amount: step.amount,
      precision: 100,
      currency: "USD",
      reference: `${this.name}-${step.reference}`,
      description: "History",
      source: this.balances[step.source],
      destination: this.balances[step.destination],
      allow_overdraft: step.allow,
      overdraft_limit: step.limit,
      inflight: step.kind === "hold",
      skip_queue: step.kind !== "queue",
      ...(expiresAt === undefined ? {} : { inflight_expiry_date: new Date(expiresAt).toISOString() }),
    };
  }

  async post(step: Operation & { readonly kind: "apply" | "hold" | "queue" }): Promise<void> {
    const expiresAt =
      step.kind === "hold" && step.expiresIn !== undefined
        ? clock.present + step.expiresIn * 1000
        : undefined;
    const { source, destination } = step;
    const overdraft = { allow: step.allow, limit: BigInt(step.limit) * 100n };
    const reference = String(step.reference);
    const expected =
      step.kind === "hold"
        ? this.model.hold(reference, source, destination, step.amount, overdraft, expiresAt)
        : this.model.apply(reference, source, destination, step.amount, overdraft);
    const answer = await send(this.ledger, "POST", "/transactions", this.body(step, expiresAt));
    expectAnswer(answer, expected);
    if (answer.status !== 201) return;
    const ids = step.kind === "hold" ? this.holdIds : this.appliedIds;
    ids.push(textOf(answer, "transaction_id"));
  }

  /** Through the queue: the answer says nothing, the child row says it all. */
  async queue(step: Operation & { readonly kind: "apply" | "hold" | "queue" }): Promise<void> {
    const reference = String(step.reference);
    const isNew = !this.model.references.has(reference);
    const overdraft = { allow: step.allow, limit: BigInt(step.limit) * 100n };
    const expected = this.model.apply(reference, step.source, step.destination, step.amount, overdraft);
    expectAnswer(await send(this.ledger, "POST", "/transactions", this.body(step, undefined)), {
      status: 201,
    });
    await this.ledger.settle();
    const path = `/transactions/reference/${this.name}-${reference}_q`;
    const child = await send(this.ledger, "GET", path);
    if (!isNew) return;
    this.model.references.add(reference);
    expect(textOf(child, "status")).toBe(expected.status === 201 ? "APPLIED" : "REJECTED");
    if (expected.status === 201) this.appliedIds.push(textOf(child, "transaction_id"));
  }

  /** At once, through the queue, or behind the answer; the rows say what became of each item. */
  async batch({ items, times, way, isAsync }: Batch): Promise<void> {
    const sides = items.filter(({ source, destination }) => source !== destination);
    const sent = Array.from({ length: times }, (_, time) =>
      sides.map((one) => ({ ...one, reference: one.reference + mostReferences * time })),
    ).flat();
    if (sent.length === 0) return;
    const { answer: expected, group, made } = this.model.batch(sent.map(toModelItem), way);
    const transactions = sent.map((one) =>
      this.body({ ...one, kind: "apply", expiresIn: undefined }, undefined),
    );
    const { inflight, atomic, isQueued } = way;
    const body = { transactions, inflight, atomic, skip_queue: !isQueued, run_async: isAsync };
    const answer = await send(this.ledger, "POST", "/transactions/bulk", body);
    expectAnswer(answer, isAsync ? { status: 202 } : expected);
    await this.ledger.settle();
    const id = String(member(answer.body, "batch_id"));
    const ids = await this.madeOf(id, way);
    expect(ids.length).toBe(made.filter((isMade) => isMade).length);
    (inflight ? this.holdIds : this.appliedIds).push(...ids);
    this.groups.push({ id, group });
  }

  /** The rows that move a batch's money, in the order of its items. */
  async madeOf(batchId: string, { inflight, isQueued }: ModelBatchWay): Promise<readonly string[]> {
    const rows = await this.ledger.database.query(
      isQueued
        ? `SELECT c.transaction_id FROM blnk.transactions q JOIN blnk.transactions c ON c.reference = q.reference || '_q'
           WHERE q.parent_transaction = $1 AND c.status = $2 ORDER BY q.id`
        : "SELECT transaction_id FROM blnk.transactions WHERE parent_transaction = $1 AND status = $2 ORDER BY id",
      [batchId, inflight ? "INFLIGHT" : "APPLIED"],
    );
    return rows.map((row) => String(row["transaction_id"]));
  }

  async actOnGroup({ action, group: which, now }: Operation & { readonly kind: "group" }): Promise<void> {
    const found = this.groups[which % this.groups.length];
    if (found === undefined) return;
    const { id, group } = found;
    const appliedBefore = this.model.applied.length;
    if (action === "refund") {
      const expected = this.model.refundGroup(group);
      expectAnswer(
        await send(this.ledger, "POST", `/refund-transaction/${id}`, { skip_queue: now }),
        expected,
      );
    } else {
      const expected = this.model.settleGroup(group, action, !now);
      const answer = await send(this.ledger, "PUT", `/transactions/inflight/${id}`, {
        status: action === "void" ? "void" : "commit",
        skip_queue: now,
        ...(action === "void" || action === 0n ? {} : { precise_amount: action }),
      });
      expectAnswer(answer, expected);
    }
    await this.ledger.settle();
    for (const { hold = -1 } of this.model.applied.slice(appliedBefore)) {
      this.appliedIds.push(await this.lastCommitOf(this.holdIds[hold] ?? ""));
    }
  }

  async lastCommitOf(holdId: string): Promise<string> {
    const [row] = await this.ledger.database.query(
      `SELECT transaction_id FROM blnk.transactions WHERE parent_transaction = $1 AND status = 'APPLIED'
       ORDER BY id DESC LIMIT 1`,
      [holdId],
    );
    return String(row?.["transaction_id"]);
  }

  async settleHold(step: Operation & { readonly kind: "commit" | "void" }): Promise<void> {
    if (this.holdIds.length === 0) return;
    const index = step.hold % this.holdIds.length;
    const isCommit = step.kind === "commit";
    const expected = isCommit ? this.model.commit(index, step.amount) : this.model.void(index);
    const answer = await send(this.ledger, "PUT", `/transactions/inflight/${this.holdIds[index]}`, {
      status: step.kind,
      skip_queue: true,
      ...(isCommit && step.amount > 0n ? { precise_amount: step.amount } : {}),
    });
    expectAnswer(answer, expected);
    if (isCommit && answer.status === 200) this.appliedIds.push(textOf(answer, "transaction_id"));
  }

  async refund(which: number): Promise<void> {
    if (this.appliedIds.length === 0) return;
    const index = which % this.appliedIds.length;
    const expected = this.model.refund(index);
    const path = `/refund-transaction/${this.appliedIds[index]}`;
    expectAnswer(await send(this.ledger, "POST", path, { skip_queue: true }), expected);
  }

  async wait(seconds: number): Promise<void> {
    clock.present += seconds * 1000;
    this.model.expire(clock.present);
    await this.ledger.settle();
  }

  /** Every balance of the ledger is what the model says, version included. */
  async compare(): Promise<void> {
    for (const [index, id] of this.balances.entries()) {
      const answer = await send(this.ledger, "GET", `/balances/${id}`);
      const model = this.model.balance(index);
      expect({
        credit: integerOf(answer, "credit_balance"),
        debit: integerOf(answer, "debit_balance"),
        inflightCredit: integerOf(answer, "inflight_credit_balance"),
        inflightDebit: integerOf(answer, "inflight_debit_balance"),
        version: integerOf(answer, "version"),
      }).toEqual(model);
      expect(integerOf(answer, "balance")).toBe(model.credit - model.debit);
      const atLast = await send(this.ledger, "GET", `/balances/${id}/at?timestamp=2999-01-01T00:00:00Z`);
      expect(member(member(atLast.body, "balance"), "credit_balance")).toBe(model.credit);
      expect(member(member(atLast.body, "balance"), "debit_balance")).toBe(model.debit);
    }
  }
}

function toModelItem({ reference, source, destination, amount, allow, limit }: Item): ModelItem {
  const overdraft = { allow, limit: BigInt(limit) * 100n };
  return { reference: String(reference), source, destination, amount, overdraft };
}

function expectAnswer(answer: Answered, expected: Expected): void {
  const code = answer.status < 400 ? undefined : codeOf(answer);
  expect({ status: answer.status, code }).toEqual({ status: expected.status, code: expected.code });
}
