/** What the database says when it does not make a commit: who was in the way, and what the caller is told. */
import { randomUUID } from "node:crypto";
import { type Refusal, refusalMessage } from "../rules/refusals.ts";
import { DatabaseError } from "../store/database.ts";
import type { OrderResult } from "./types.ts";

/** Hears of faults that are nobody's refusal, each under the reference that its answer names. */
export type OnFault = (error: unknown, reference: string) => void;

/** A fresh reference of a fault. */
export function newFaultReference(): string {
  return `fault_${randomUUID()}`;
}

/** The database could not make an order. Nothing of it was made, unless nobody knows. */
export class OrderFailed extends Error {
  /** Core's own words for it. */
  readonly refusal: Refusal;
  /** Names the fault in the log; absent where somebody else was in the way. */
  readonly reference: string | undefined;
  /** True when the database was lost in the middle of the commit. */
  readonly mayBeMade: boolean;

  constructor(refusal: Refusal, reference: string | undefined, cause: unknown, mayBeMade = false) {
    super(refusalMessage(refusal), { cause });
    this.name = "OrderFailed";
    this.refusal = refusal;
    this.reference = reference;
    this.mayBeMade = mayBeMade;
  }
}

/** Somebody else had finished the work of an order, or is at it, so nothing of the order was made. */
export class FinishedElsewhere extends Error {
  constructor() {
    super("somebody else has finished this work");
    this.name = "FinishedElsewhere";
  }
}

/** The refusal of an order whose balances somebody else kept locked. */
export const keptLocked: Refusal = { code: "kept_locked" };

/** The end of an order that the database refuses or can't be asked about; the fault is told. */
export function refusedByDatabase(error: unknown, onFault: OnFault, mayBeMade = false): OrderFailed {
  const reference = newFaultReference();
  onFault(error, reference);
  return new OrderFailed({ code: "not_recorded" }, reference, error, mayBeMade);
}

/** Why a commit was not made, as far as it decides what comes next. */
export type Hindrance = "overtaken" | "locked" | "lost" | "refused";

/** Which kind of failure this is; undefined when it is none of the database's. */
export function hindranceOf(error: unknown): Hindrance | undefined {
  if (!(error instanceof DatabaseError)) return undefined;
  if (error.isConnectionLost) return "lost";
  if (error.sqlState === "55P03") return "locked";
  // Somebody else was faster: serialization, deadlock, unique reference.
  return ["40001", "40P01", "23505"].includes(error.sqlState) ? "overtaken" : "refused";
}

/** Whether somebody else kept locked what a statement needs, or was faster: the same may be asked again. */
export function isKeptByOthers(error: unknown): boolean {
  return error instanceof DatabaseError && ["55P03", "40001", "40P01"].includes(error.sqlState);
}

/** An attempt of which nobody knows whether it was made; its rows tell, or the step it took. */
export type Doubt = OrderResult;
