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
    this.applied.push({ source: hold.source, destination: hold.destination, amount, refunded: false });
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
}
