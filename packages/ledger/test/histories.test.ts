/**
 * Random histories against a small model (contract section 20): every answer, every balance and every
 * invariant, with commits, voids, refunds and expiries in any order, and with many requests at once; on both engines.
 *
 * ANNEX_LEDGER_OPERATIONS sets the number of operations on each; the nightly run takes 1,000,000.
 */
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type PostgresServer, startPostgres } from "../../../tests/support/postgres-server.ts";
import type { Ledger, LedgerDatabase } from "../src/index.ts";
import {
  type Answered,
  codeOf,
  integerOf,
  makeBalances,
  member,
  openTestLedger,
  send,
  textOf,
} from "./harness.ts";
import { brokenInvariants } from "./invariants.ts";
import { type Expected, Model } from "./model.ts";

const balanceCount = 4;
const lengthOfHistory = 250;

/** How many operations there are, when nobody says otherwise. */
const usualOperations = { embedded: 15_000, server: 5_000 };

function operationsOn(kind: LedgerDatabase["kind"]): number {
  return Number(process.env["ANNEX_LEDGER_OPERATIONS"] ?? usualOperations[kind]);
}

type Operation =
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
  | { readonly kind: "wait"; readonly seconds: number };

const side = fc.nat({ max: balanceCount - 1 });
const amount = fc.oneof(
  { arbitrary: fc.bigInt({ min: 1n, max: 1000n }), weight: 9 },
  { arbitrary: fc.bigInt({ min: 10n ** 20n, max: 10n ** 30n }), weight: 1 },
);

function movement(kind: "apply" | "hold" | "queue"): fc.Arbitrary<Operation> {
  return fc.record({
    kind: fc.constant(kind),
    // Small numbers meet each other: a reference is used twice now and then.
    reference: fc.nat({ max: 2000 }),
    source: side,
    destination: side,
    amount,
    allow: fc.boolean(),
    limit: fc.oneof({ arbitrary: fc.constant(0), weight: 4 }, { arbitrary: fc.nat({ max: 20 }), weight: 1 }),
    // Never at once: what is due already, the worker does whenever it looks.
    expiresIn: fc.option(fc.integer({ min: 1, max: 100 }), { nil: undefined }),
  });
}

const anyIndex = fc.nat({ max: 10_000 });
const operation: fc.Arbitrary<Operation> = fc.oneof(
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
  { arbitrary: fc.record({ kind: fc.constant("wait" as const), seconds: fc.nat({ max: 60 }) }), weight: 1 },
);

/** The time of the test; nothing waits for the real one. */
let present = Date.UTC(2030, 0, 1);
let histories = 0;

/** One history: the model, and what the ledger called the things the model numbers. */
class History {
  readonly model = new Model(balanceCount);
  readonly ledger: Ledger;
  readonly balances: readonly string[];
  readonly name: string;
  readonly holdIds: string[] = [];
  readonly appliedIds: string[] = [];

  constructor(ledger: Ledger, balances: readonly string[]) {
    this.ledger = ledger;
    this.balances = balances;
    this.name = `history-${histories++}`;
  }

  async run(step: Operation): Promise<void> {
    if (step.kind === "wait") return this.wait(step.seconds);
    if (step.kind === "commit" || step.kind === "void") return this.settleHold(step);
    if (step.kind === "refund") return this.refund(step.applied);
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
      step.kind === "hold" && step.expiresIn !== undefined ? present + step.expiresIn * 1000 : undefined;
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
    present += seconds * 1000;
    this.model.expire(present);
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

function expectAnswer(answer: Answered, expected: Expected): void {
  const code = answer.status < 400 ? undefined : codeOf(answer);
  expect({ status: answer.status, code }).toEqual({ status: expected.status, code: expected.code });
}

describe.each(["embedded", "server"] as const)("random histories, engine: %s", (kind) => {
  const operations = operationsOn(kind);
  const timeout = 60_000 + operations * 60;
  const faults: unknown[] = [];
  let server: PostgresServer | undefined;
  let ledger: Ledger;

  async function place(): Promise<LedgerDatabase> {
    if (kind === "embedded") return { kind };
    server = await startPostgres();
    return { kind, url: await server.createDatabase("histories") };
  }

  beforeAll(async () => {
    ledger = await openTestLedger(faults, {
      database: await place(),
      clock: () => new Date(present),
      imitated: { secondRefundReapplies: false },
    });
  }, 120_000);

  afterAll(async () => {
    await ledger?.close();
    await server?.stop();
    expect(faults).toEqual([]);
  });

  it(
    "agree with the model, one request after the other",
    async () => {
      const history = fc.array(operation, {
        minLength: lengthOfHistory,
        maxLength: lengthOfHistory,
        size: "max",
      });
      await fc.assert(
        fc.asyncProperty(history, async (steps) => {
          const run = new History(ledger, await makeBalances(ledger, balanceCount));
          for (const step of steps) await run.run(step);
          await run.compare();
        }),
        { numRuns: Math.max(1, Math.round(operations / 10 / lengthOfHistory)), endOnFailure: true },
      );
      expect(await brokenInvariants(ledger.database)).toEqual([]);
    },
    timeout,
  );

  it(
    "lose no update and overdraw nothing when many arrive at once",
    async () => {
      const perRound = 400;
      const rounds = Math.max(1, Math.round(((operations / 10) * 9) / perRound));
      const balances = await makeBalances(ledger, balanceCount);
      const [first = ""] = balances;
      lastHolds = [];
      await send(ledger, "POST", "/transactions", posting("seed", "@World", first, 100_000n, true));
      for (let round = 0; round < rounds; round++) await crowd(ledger, balances, round, perRound);
      expect(await brokenInvariants(ledger.database)).toEqual([]);
      for (const id of balances) {
        const answer = await send(ledger, "GET", `/balances/${id}`);
        const available = integerOf(answer, "balance") - integerOf(answer, "inflight_debit_balance");
        expect(available).toBeGreaterThanOrEqual(0n);
      }
    },
    timeout,
  );
});

function posting(reference: string, source: string, destination: string, precise: bigint, allow: boolean) {
  return {
    precise_amount: precise,
    precision: 100,
    currency: "USD",
    reference,
    description: "Crowd",
    source,
    destination,
    allow_overdraft: allow,
    skip_queue: true,
  };
}

/** Four hundred requests at once: transfers, holds, and two actions on each hold of the round before. */
let lastHolds: readonly string[] = [];

async function crowd(
  ledger: Ledger,
  balances: readonly string[],
  round: number,
  count: number,
): Promise<void> {
  const holds = lastHolds;
  const requests = Array.from({ length: count }, (_, index) => {
    const source = balances[index % balances.length] ?? "";
    const destination = balances[(index * 7 + round + 1) % balances.length] ?? "";
    // Every fifth reference was used by its neighbour.
    const reference = `crowd-${round}-${index - (index % 5 === 4 ? 1 : 0)}`;
    const hold = holds[index >> 1];
    if (index % 3 === 2 && hold !== undefined) return actOn(ledger, hold, index);
    const body = posting(reference, source, destination, BigInt(1 + ((index * 31 + round) % 997)), false);
    return send(ledger, "POST", "/transactions", { ...body, inflight: index % 4 === 1 });
  });
  const answers = await Promise.all(requests);
  for (const answer of answers) expect(answer.status).toBeLessThan(500);
  lastHolds = answers.flatMap((answer) =>
    answer.status === 201 && textOf(answer, "status") === "INFLIGHT"
      ? [textOf(answer, "transaction_id")]
      : [],
  );
}

function actOn(ledger: Ledger, hold: string, index: number): Promise<Answered> {
  const path = `/transactions/inflight/${hold}`;
  if (index % 2 === 0) return send(ledger, "PUT", path, { status: "void", skip_queue: true });
  const half = index % 4 === 1;
  return send(ledger, "PUT", path, {
    status: "commit",
    skip_queue: true,
    ...(half ? { precise_amount: 1n } : {}),
  });
}
