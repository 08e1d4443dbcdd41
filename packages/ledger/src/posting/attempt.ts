/** One order on the sheet: its movements in order, and then what follows from them. */
import { refusalText } from "../rules/refusals.ts";
import type { TransactionRow } from "../rules/rows.ts";
import { decide, isAcceptable } from "./decide.ts";
import type { Sheet } from "./sheet.ts";
import type { Movement, Order, OrderResult, Outcome } from "./types.ts";

/** Makes an order's movements on the sheet and tells what became of each. */
export function attemptOrder(sheet: Sheet, order: Order): OrderResult {
  const outcomes = attemptMovements(sheet, order.movements, order.onRefusal);
  if (!anyRefused(outcomes)) sheet.annotate(order.annotations ?? []);
  for (const workId of order.finishes ?? []) sheet.advance({ workId, from: null, to: undefined });
  if (order.advances !== undefined) {
    const { workId, from, to } = order.advances;
    sheet.advance({ workId, from, to: to(outcomes) });
  }
  if (order.isPromised === true) putOnRecord(sheet, order, outcomes);
  const further = order.followUps?.(outcomes) ?? [];
  return { outcomes, after: attemptMovements(sheet, further, "continue") };
}

function attemptMovements(
  sheet: Sheet,
  movements: readonly Movement[],
  onRefusal: Order["onRefusal"],
): readonly Outcome[] {
  const outcomes: Outcome[] = [];
  const isOfBroken = createBrokenSplits(sheet, movements);
  for (const movement of movements) {
    const outcome: Outcome = isOfBroken(movement) ? { kind: "dropped" } : decide(sheet, movement);
    outcomes.push(outcome);
    if (outcome.kind === "refused" && onRefusal === "stop") break;
  }
  return outcomes;
}

/**
 * Tells of a leg for the queue whether its split has one that can't be accepted; looked into when the first leg comes.
 * Core carries out none of them: it gives them to the queue when all are stored.
 */
function createBrokenSplits(sheet: Sheet, movements: readonly Movement[]): (movement: Movement) => boolean {
  const splits = Map.groupBy(movements, splitOf);
  const broken = new Map<string, boolean>();
  return (movement) => {
    const splitId = splitOf(movement);
    if (splitId === undefined) return false;
    const legs = splits.get(splitId) ?? [];
    const isBroken =
      broken.get(splitId) ?? legs.some((leg) => leg.kind === "accept" && !isAcceptable(sheet, leg));
    broken.set(splitId, isBroken);
    return isBroken;
  };
}

function splitOf(movement: Movement): string | undefined {
  return movement.kind === "accept" ? movement.splitId : undefined;
}

/** Why accepted work came to nothing, or not to all it was to be. A REJECTED row says so itself. */
function putOnRecord(sheet: Sheet, order: Order, outcomes: readonly Outcome[]): void {
  const { finishes = [], advances, missing } = order;
  const workIds = advances === undefined ? finishes : [...finishes, advances.workId];
  const refused = outcomes.flatMap((outcome) => (outcome.kind === "stored" ? [] : (outcome.refusal ?? [])));
  // An order that stopped before never came to what is missing.
  for (const refusal of refused.length > 0 || missing === undefined ? refused : [missing]) {
    for (const workId of workIds) sheet.refuse({ workId, reason: refusalText(refusal) });
  }
}

/** The rows that were stored. */
export function storedRows(outcomes: readonly Outcome[]): readonly TransactionRow[] {
  return outcomes.flatMap((outcome) => (outcome.kind === "stored" ? [outcome.row] : []));
}

/** All rows that an order stores. */
export function rowsOf({ outcomes, after }: OrderResult): readonly TransactionRow[] {
  return storedRows([...outcomes, ...after]);
}

/** True when a movement was refused. */
export function anyRefused(outcomes: readonly Outcome[]): boolean {
  return outcomes.some(({ kind }) => kind === "refused");
}
