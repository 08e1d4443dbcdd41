/**
 * Dry runs (contract section 15.3): the same decisions as posting, on a sheet that is thrown away. Nothing is
 * stored, no reference consumed, no internal balance created.
 */
import type { Book } from "../rules/funds.ts";
import type { SqlDatabase } from "../store/database.ts";
import { findTargets, holdFacts, readBooks, readIndicators, usedReferences } from "../store/posting.ts";
import type { TransactionRow } from "../store/transactions.ts";
import { decide } from "./decide.ts";
import { namedIndicators } from "./indicators.ts";
import { emptyBook, movementReferences, namedBalances } from "./load.ts";
import { indicatorKey, type Loaded, Sheet } from "./sheet.ts";
import { type HoldMovement, isHoldMovement, type NewMovement, type Outcome, type Refusal } from "./types.ts";

/** A movement that can be projected. */
export type Projectable = NewMovement | HoldMovement;

/** One balance of a projection, before and after. */
export interface ProjectedBalance {
  readonly role: "source" | "destination";
  readonly currency: string;
  /** True for an internal balance that does not exist yet; its id is the indicator. */
  readonly virtual: boolean;
  readonly before: Book;
  readonly after: Book;
}

/** One movement projected. */
export interface ProjectedMovement {
  readonly movement: Projectable;
  readonly row: TransactionRow | undefined;
  readonly refusal: Refusal | undefined;
  readonly balances: readonly ProjectedBalance[];
}

/** A sheet over everything the movements may touch, with empty books for internal balances yet to be made. */
export async function previewSheet(
  database: SqlDatabase,
  movements: readonly Projectable[],
): Promise<() => Sheet> {
  const loaded = await loadForPreview(database, movements);
  return () => new Sheet(loaded);
}

async function loadForPreview(database: SqlDatabase, movements: readonly Projectable[]): Promise<Loaded> {
  const orders = [{ movements, onRefusal: "stop" }] as const;
  const found = await readIndicators(database, namedIndicators(orders));
  const indicators = new Map(found.map((one) => [indicatorKey(one.indicator, one.currency), one.balanceId]));
  const targets = await findTargets(
    database,
    movements.filter(isHoldMovement).map(({ targetId }) => targetId),
  );
  const ids = namedBalances(orders, indicators);
  for (const { source, destination } of targets) ids.add(source ?? "").add(destination ?? "");
  const books = await readBooks(database, [...ids]);
  for (const book of virtualBooks(movements, ids)) books.set(book.balanceId, book);
  const used = await usedReferences(database, movementReferences(orders));
  return { books, usedReferences: used, holds: await holdFacts(database, targets), indicators };
}

function virtualBooks(movements: readonly Projectable[], ids: ReadonlySet<string>): readonly Book[] {
  const currencies = new Map<string, string>();
  for (const movement of movements) {
    if (isHoldMovement(movement)) continue;
    for (const side of [movement.row.source, movement.row.destination]) {
      if (side.startsWith("@") && ids.has(side)) currencies.set(side, movement.row.currency);
    }
  }
  return [...currencies].map(([balanceId, currency]) => emptyBook({ balanceId, currency }));
}

/** Projects one movement; what it changes stays on the sheet for the next one. */
export function project(sheet: Sheet, movement: Projectable): ProjectedMovement {
  const sides = sidesOf(sheet, movement);
  const before = sides.map((id) => sheet.book(id));
  const outcome = decide(sheet, movement);
  const balances = sides.flatMap((id, index): readonly ProjectedBalance[] => {
    const [first, last] = [before[index], sheet.book(id)];
    if (first === undefined || last === undefined) return [];
    const role = index === 0 ? "source" : "destination";
    return [{ role, currency: first.currency, virtual: id.startsWith("@"), before: first, after: last }];
  });
  return { movement, row: rowOf(outcome), refusal: refusalOf(outcome), balances };
}

function sidesOf(sheet: Sheet, movement: Projectable): readonly string[] {
  if (isHoldMovement(movement)) {
    const row = sheet.hold(movement.targetId)?.row;
    return [row?.source ?? "", row?.destination ?? ""];
  }
  const { source, destination, currency } = movement.row;
  return [sheet.resolve(source, currency), sheet.resolve(destination, currency)];
}

function rowOf(outcome: Outcome): TransactionRow | undefined {
  return outcome.kind === "stored" ? outcome.row : undefined;
}

function refusalOf(outcome: Outcome): Refusal | undefined {
  return outcome.kind === "refused" ? outcome.refusal : undefined;
}

/** Each balance once, from its first "before" to its last "after". */
export function merged(balances: readonly ProjectedBalance[]): readonly ProjectedBalance[] {
  const byId = new Map<string, ProjectedBalance>();
  for (const balance of balances) {
    const known = byId.get(balance.before.balanceId);
    byId.set(balance.before.balanceId, known === undefined ? balance : { ...known, after: balance.after });
  }
  return [...byId.values()];
}

/** Balances whose "after" is put back to "before": what a refused request leaves. */
export function unchanged(balances: readonly ProjectedBalance[]): readonly ProjectedBalance[] {
  return balances.map((balance) => ({ ...balance, after: balance.before }));
}
