/**
 * A small model of the ledger, written from the contract alone (sections 8.5, 10, 11): who has how much, what
 * is on hold, what is refused. It knows nothing of how the ledger works.
 */

/** A balance of the model, in minor units. */
export interface ModelBalance {
  credit: bigint;
  debit: bigint;
  inflightCredit: bigint;
  inflightDebit: bigint;
  version: bigint;
}

/** A hold of the model. */
export interface ModelHold {
  readonly source: number;
  readonly destination: number;
  readonly amount: bigint;
  committed: bigint;
  voided: boolean;
  /** Its expiry, in milliseconds of the test's clock. */
  readonly expiresAt: number | undefined;
}

/** An applied movement of the model, which can be refunded once. */
export interface ModelApplied {
  readonly source: number;
  readonly destination: number;
  readonly amount: bigint;
  refunded: boolean;
  /** The hold it is a commit of. */
  readonly hold?: number;
}

/** An item of a batch. */
export interface ModelItem {
  readonly reference: string;
  readonly source: number;
  readonly destination: number;
  readonly amount: bigint;
  readonly overdraft: ModelOverdraft;
}

/** How a batch is sent; what goes through the queue is decided item by item. */
export interface ModelBatchWay {
  readonly inflight: boolean;
  readonly atomic: boolean;
  readonly isQueued: boolean;
}

/** What can be acted on by the id of a batch: places in `holds` and `applied`. */
export interface ModelGroup {
  readonly isQueued: boolean;
  readonly inflight: boolean;
  readonly holds: readonly number[];
  readonly applied: readonly number[];
}

/** What a batch comes to. */
export interface ModelBatch {
  readonly answer: Expected;
  readonly group: ModelGroup;
  /** Of each item up to the one it stopped at: was it made? */
  readonly made: readonly boolean[];
}

/** What an operation is expected to answer: a status, and a code when it is refused. */
export interface Expected {
  readonly status: number;
  readonly code?: string;
}

const ok = (status: number): Expected => ({ status });
const refused = (status: number, code: string): Expected => ({ status, code });

/** Which overdraft a request asks for. */
export interface ModelOverdraft {
  readonly allow: boolean;
  /** Minor units. */
  readonly limit: bigint;
}

export class Model {
  readonly balances: ModelBalance[];
  readonly holds: ModelHold[] = [];
  readonly applied: ModelApplied[] = [];
  readonly references = new Set<string>();

  constructor(count: number) {
    this.balances = Array.from({ length: count }, () => ({
      credit: 0n,
      debit: 0n,
      inflightCredit: 0n,
      inflightDebit: 0n,
      version: 1n,
    }));
  }

  balance(index: number): ModelBalance {
    const found = this.balances[index];
    if (found === undefined) throw new Error(`no balance ${index}`);
    return found;
  }

  #move(source: number, destination: number, change: (from: ModelBalance, to: ModelBalance) => void): void {
    const [from, to] = [this.balance(source), this.balance(destination)];
    change(from, to);
    from.version += 1n;
    to.version += 1n;
  }

  #fundsProblem(source: number, amount: bigint, overdraft: ModelOverdraft): Expected | undefined {
    const { credit, debit, inflightDebit } = this.balance(source);
    const available = credit - debit - inflightDebit;
    if (overdraft.limit > 0n) {
      return available - amount >= -overdraft.limit || available >= amount
        ? undefined
        : refused(400, "TXN_VALIDATION_ERROR");
    }
    return overdraft.allow || available >= amount ? undefined : refused(400, "TXN_INSUFFICIENT_FUNDS");
  }

  #refusal(
    reference: string,
    source: number,
    amount: bigint,
    overdraft: ModelOverdraft,
  ): Expected | undefined {
    if (this.references.has(reference)) return refused(409, "TXN_DUPLICATE_REFERENCE");
    return this.#fundsProblem(source, amount, overdraft);
  }

  apply(
    reference: string,
    source: number,
    destination: number,
    amount: bigint,
    overdraft: ModelOverdraft,
  ): Expected {
    const refusal = this.#refusal(reference, source, amount, overdraft);
    if (refusal !== undefined) return refusal;
    this.references.add(reference);
    this.#apply(source, destination, amount);
    this.applied.push({ source, destination, amount, refunded: false });
    return ok(201);
  }

  #apply(source: number, destination: number, amount: bigint): void {
    this.#move(source, destination, (from, to) => {
      from.debit += amount;
      to.credit += amount;
    });
  }

  hold(
    reference: string,
    source: number,
    destination: number,
    amount: bigint,
    overdraft: ModelOverdraft,
    expiresAt: number | undefined,
  ): Expected {
    const refusal = this.#refusal(reference, source, amount, overdraft);
    if (refusal !== undefined) return refusal;
    this.references.add(reference);
    this.#move(source, destination, (from, to) => {
      from.inflightDebit += amount;
      to.inflightCredit += amount;
    });
    this.holds.push({ source, destination, amount, committed: 0n, voided: false, expiresAt });
    return ok(201);
  }

  /** `wanted` 0 commits all that remains. */
  commit(index: number, wanted: bigint): Expected {
    const hold = this.holdAt(index);
    if (hold.voided) return refused(409, "TXN_ALREADY_VOIDED");
    const remaining = hold.amount - hold.committed;
    if (remaining === 0n) return refused(409, "TXN_ALREADY_COMMITTED");
    if (wanted > remaining) return refused(400, "TXN_COMMIT_AMOUNT_EXCEEDED");
    const amount = wanted === 0n ? remaining : wanted;
    hold.committed += amount;
    this.#release(hold, amount, true);
    const { source, destination } = hold;
    this.applied.push({ source, destination, amount, refunded: false, hold: index });
    return ok(200);
  }

  void(index: number): Expected {
    const hold = this.holdAt(index);
    if (hold.voided) return refused(409, "TXN_ALREADY_VOIDED");
    const remaining = hold.amount - hold.committed;
    if (remaining === 0n) return refused(409, "TXN_ALREADY_COMMITTED");
    hold.voided = true;
    this.#release(hold, remaining, false);
    return ok(200);
  }

  #release(hold: ModelHold, amount: bigint, moves: boolean): void {
    this.#move(hold.source, hold.destination, (from, to) => {
      from.inflightDebit -= amount;
      to.inflightCredit -= amount;
      if (!moves) return;
      from.debit += amount;
      to.credit += amount;
    });
  }

  /** Voids every hold whose time has come. */
  expire(now: number): void {
    for (const [index, hold] of this.holds.entries()) {
      if (hold.expiresAt !== undefined && hold.expiresAt <= now) this.void(index);
    }
  }

  refund(index: number): Expected {
    const movement = this.applied[index];
    if (movement === undefined) throw new Error(`no movement ${index}`);
    if (movement.refunded) return refused(409, "GEN_CONFLICT");
    movement.refunded = true;
    this.#apply(movement.destination, movement.source, movement.amount);
    return ok(201);
  }

  holdAt(index: number): ModelHold {
    const hold = this.holds[index];
    if (hold === undefined) throw new Error(`no hold ${index}`);
    return hold;
  }

  /** One item after the other. The first that is refused ends a batch; of an atomic one all is undone then. */
  batch(items: readonly ModelItem[], way: ModelBatchWay): ModelBatch {
    const [holdsBefore, appliedBefore] = [this.holds.length, this.applied.length];
    const made: boolean[] = [];
    let answer = ok(201);
    for (const item of items) {
      const { status, code = "" } = this.#item(item, way.inflight);
      made.push(status === 201);
      if (status === 201) continue;
      // A queued item that is refused has its reference nevertheless.
      if (way.isQueued) this.references.add(item.reference);
      // Text that names no code of its own is a bad request to a batch (section 12).
      else answer = refused(status, code === "TXN_VALIDATION_ERROR" ? "GEN_BAD_REQUEST" : code);
      if (!way.isQueued) break;
    }
    const group = {
      ...way,
      holds: places(holdsBefore, this.holds.length),
      applied: places(appliedBefore, this.applied.length),
    };
    if (way.atomic && answer.status !== 201) {
      for (const index of group.holds) this.void(index);
      for (const index of group.applied) this.refund(index);
    }
    return { answer, group, made };
  }

  #item({ reference, source, destination, amount, overdraft }: ModelItem, inflight: boolean): Expected {
    return inflight
      ? this.hold(reference, source, destination, amount, overdraft, undefined)
      : this.apply(reference, source, destination, amount, overdraft);
  }

  /** A commit or void of all holds of a batch, each for itself (sections 10.2 to 10.4). */
  settleGroup({ holds }: ModelGroup, wanted: bigint | "void", isQueued: boolean): Expected {
    if (holds.length === 0) {
      return isQueued ? refused(404, "TXN_NOT_FOUND") : refused(400, "TXN_NOT_INFLIGHT");
    }
    const isOpen = holds.some((index) => this.holdAt(index).committed !== this.holdAt(index).amount);
    if (isQueued && !isOpen) return refused(409, "TXN_ALREADY_COMMITTED");
    const answers = holds
      .toReversed()
      .map((index) => (wanted === "void" ? this.void(index) : this.commit(index, wanted)));
    return isQueued ? ok(200) : firstRefusal(answers, ok(200));
  }

  /** A refund of all that was applied of a batch; holds that were placed at once are not found by it (section 11). */
  refundGroup({ inflight, isQueued, applied, holds }: ModelGroup): Expected {
    const commits = this.applied.flatMap(({ hold }, index) =>
      hold !== undefined && holds.includes(hold) ? [index] : [],
    );
    const found = inflight ? (isQueued ? commits : []) : applied;
    if (found.length === 0) return refused(404, "TXN_NOT_FOUND");
    const answers = found.map((index) => this.refund(index));
    return firstRefusal(answers, ok(201));
  }
}

const places = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => from + index);

/** The texts of all refusals are told together; the code is that of the first of these whose words are among them. */
const codesInOrder = [
  "TXN_ALREADY_COMMITTED",
  "TXN_ALREADY_VOIDED",
  "GEN_CONFLICT",
  "TXN_COMMIT_AMOUNT_EXCEEDED",
];

function firstRefusal(answers: readonly Expected[], otherwise: Expected): Expected {
  const found = codesInOrder.flatMap((code) => answers.filter((answer) => answer.code === code));
  return found[0] ?? otherwise;
}
