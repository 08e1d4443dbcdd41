/**
 * Dry runs (contract section 15.3): movements decided on balances that are thrown away, by the same rules as posting
 * (`rules/moving.ts`, `rules/holds.ts`). Nothing is stored, no reference consumed, no internal balance created.
 *
 * It is a sheet of its own and not posting's (record 48), because Core's dry runs differ in what they look at: a balance
 * is known by the name it is given, a used reference comes after the funds, and what a row is too long for is not
 * looked at.
 */
import type { Book } from "../rules/funds.ts";
import { type Settling, settle, type Taking, take } from "../rules/moving.ts";
import { type Refusal, refusalMessage } from "../rules/refusals.ts";
import type { SqlDatabase } from "../store/database.ts";
import { readInParts } from "../store/in-parts.ts";
import { readBooks, readIndicators } from "../store/posting.ts";
import { emptyBook } from "./load.ts";
import { indicatorKey } from "./sheet.ts";

/** A movement that can be projected. */
export interface Projectable {
  /** A balance id, or an indicator such as `@World`. */
  readonly source: string;
  readonly destination: string;
  readonly currency: string;
  /** Minor units. */
  readonly amount: bigint;
  readonly change: Taking | Settling;
}

/** Which side of a movement a balance is on. */
type Role = "source" | "destination";

/** One balance of a projection, before and after. */
export interface ProjectedBalance {
  /** The role it was first named in. */
  readonly role: Role;
  /** True for an internal balance that does not exist yet; its id is the indicator. */
  readonly virtual: boolean;
  readonly before: Book;
  readonly after: Book;
}

/** What a projection starts from. */
export interface Snapshot {
  readonly books: ReadonlyMap<string, Book>;
  /** Balance ids of indicators, by `indicatorKey`. */
  readonly indicators: ReadonlyMap<string, string>;
}

/** Reads every balance that movements name. */
export async function readSnapshot(
  database: SqlDatabase,
  movements: readonly Omit<Projectable, "amount" | "change">[],
): Promise<Snapshot> {
  const sides = movements.flatMap(({ source, destination, currency }) => [
    { side: source, currency },
    { side: destination, currency },
  ]);
  const named = new Map(
    sides
      .filter(({ side }) => isIndicator(side))
      .map(({ side, currency }) => [indicatorKey(side, currency), { indicator: side, currency }]),
  );
  const found = await readInParts([...named.values()], (part) => readIndicators(database, part));
  const indicators = new Map(found.map((one) => [indicatorKey(one.indicator, one.currency), one.balanceId]));
  const ids = new Set(sides.map(({ side }) => side).filter((side) => !isIndicator(side)));
  for (const id of indicators.values()) ids.add(id);
  return { books: new Map(await readInParts([...ids], (part) => readBooks(database, part))), indicators };
}

const isIndicator = (side: string): boolean => side.startsWith("@");

/** A side that stands for no balance: an error even of a dry run. */
export class UnresolvedSide extends Error {
  readonly refusal: Refusal;

  constructor(refusal: Refusal) {
    super(refusalMessage(refusal));
    this.name = "UnresolvedSide";
    this.refusal = refusal;
  }
}

/** What became of a projected movement. */
export interface Attempt {
  /** Why the movement alone would be refused. */
  readonly refusal?: Refusal;
  /** Set when both sides are one balance; nothing is changed then. */
  readonly conflict?: Refusal;
}

/**
 * Balances on which movements build on each other. A balance is known by the name it is given: an indicator
 * and the id it stands for are two, as for Core.
 */
export class Projection {
  readonly #snapshot: Snapshot;
  readonly #balances = new Map<string, ProjectedBalance>();

  constructor(snapshot: Snapshot) {
    this.#snapshot = snapshot;
  }

  /**
   * Makes a movement.
   *
   * @throws UnresolvedSide when a side stands for no balance
   */
  attempt({ source, destination, currency, amount, change }: Projectable): Attempt {
    const from = this.#resolve(source, currency, "source");
    const to = this.#resolve(destination, currency, "destination");
    const { balanceId } = from.before;
    const before = { source: from.after, destination: to.after };
    const { pair, refusal } =
      "overdraft" in change ? take(before, amount, change) : settle(before, amount, change);
    const isConflict = balanceId === to.before.balanceId;
    if (!isConflict) {
      this.#balances.set(source, { ...from, after: pair.source });
      this.#balances.set(destination, { ...to, after: pair.destination });
    }
    return {
      ...(refusal === undefined ? {} : { refusal }),
      ...(isConflict ? { conflict: { code: "same_balance", balanceId } } : {}),
    };
  }

  /** The balances named so far, in that order. */
  balances(): readonly ProjectedBalance[] {
    return [...this.#balances.values()];
  }

  #resolve(name: string, currency: string, role: Role): ProjectedBalance {
    const known = this.#balances.get(name);
    if (known !== undefined) return known;
    const book = this.#find(name, currency, role);
    const balance = {
      role,
      virtual: book.balanceId === name && isIndicator(name),
      before: book,
      after: book,
    };
    this.#balances.set(name, balance);
    return balance;
  }

  #find(name: string, currency: string, role: Role): Book {
    if (name === "") throw new UnresolvedSide({ code: "side_missing", side: role });
    const { books, indicators } = this.#snapshot;
    const id = isIndicator(name) ? indicators.get(indicatorKey(name, currency)) : name;
    const book = books.get(id ?? "");
    if (book !== undefined) return book;
    if (isIndicator(name)) return emptyBook(name, currency);
    throw new UnresolvedSide({ code: "balance_missing", balanceId: name });
  }
}
