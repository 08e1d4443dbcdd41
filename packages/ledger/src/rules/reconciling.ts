/**
 * The three strategies of a reconciliation (contract section 15.1): which transactions an external row stands
 * for, and what counts as matched and unmatched.
 */
import Big from "big.js";
import { createMatcher, type Matcher } from "./matcher.ts";
import { type Comparable, mixedCurrency, partSeparator } from "./matching.ts";
import type { MatchingRule } from "./matching-rules.ts";

/** A row of somebody else's books. */
export interface ExternalRow extends Comparable {
  readonly id: string;
  readonly source: string;
}

/** A stored transaction, of any status. */
export interface InternalRow extends Comparable {
  readonly id: string;
  /** The amount to its last digit, where a double has not that many. */
  readonly amountText: string;
  readonly parent: string;
  readonly from: string;
  readonly to: string;
  readonly status: string;
}

/** One internal row that an external one was found for. */
export interface Match {
  readonly internalId: string;
  readonly externalId: string;
  /** Major units, as kept with the transaction. */
  readonly amount: number;
  readonly date: number;
}

/** What a run found, or a part of it; `unmatched` holds ids of the side that the strategy goes through. */
export interface Findings {
  readonly matches: readonly Match[];
  readonly matched: number;
  readonly unmatched: readonly string[];
  /** Some of the matches can't be kept and are left out of `matches`: the run fails unless it is a dry one. */
  readonly lost: boolean;
}

/** The matches of one row of the side that the strategy goes through. */
export interface RowMatches {
  readonly id: string;
  readonly matches: readonly Match[];
}

/** Core has room for ten digits before a match's point, and two behind it. */
const matchAmountLimit = 1e10;

function isKeepable({ amount }: Match): boolean {
  return !(Math.round(Math.abs(amount) * 100) / 100 >= matchAmountLimit);
}

/** The findings of rows; a row keeps all of its matches or none. */
export function findingsOf(rows: readonly RowMatches[]): Findings {
  const kept = rows.filter(({ matches }) => matches.every(isKeepable));
  return {
    matches: kept.flatMap(({ matches }) => matches),
    matched: rows.reduce((sum, { matches }) => sum + matches.length, 0),
    unmatched: rows.filter(({ matches }) => matches.length === 0).map(({ id }) => id),
    lost: kept.length < rows.length,
  };
}

/** Findings with so many matches at most in each: one row may have those of a hundred thousand. */
export function* inParts({ matches, ...others }: Findings, atMost: number): Generator<Findings> {
  yield { ...others, matches: matches.slice(0, atMost) };
  for (let from = atMost; from < matches.length; from += atMost)
    yield { matches: matches.slice(from, from + atMost), matched: 0, unmatched: [], lost: false };
}

/** Core compares with ten workers, each of which can find one match. */
const mostMatchesOfOneRow = 10;

/** How far a candidate may lie from an external row, in amount and time. Undefined: any. */
export interface CandidateBounds {
  readonly currency?: string;
  readonly amount?: { readonly from: number; readonly to: number };
  /** Milliseconds. */
  readonly date?: { readonly from: number; readonly to: number };
}

function widestDrift(rules: readonly MatchingRule[], field: "amount" | "date"): number | undefined {
  const drifts = rules
    .flatMap(({ criteria }) => criteria)
    .filter((criterion) => criterion.field === field && criterion.operator === "equals")
    .map((criterion) => criterion.allowable_drift);
  return drifts.length === 0 ? undefined : Math.max(...drifts);
}

/**
 * Which internal rows are looked at for an external one: its currency, and the widest drift of all rules
 * around its own amount and date.
 */
export function candidateBounds(rules: readonly MatchingRule[], external: ExternalRow): CandidateBounds {
  const amountDrift = widestDrift(rules, "amount");
  const dateDrift = widestDrift(rules, "date");
  const around = Math.abs(external.amount) * (amountDrift ?? 0);
  const span = milliseconds(dateDrift ?? 0);
  return {
    ...(external.currency === "" ? {} : { currency: external.currency }),
    ...(amountDrift === undefined
      ? {}
      : { amount: { from: external.amount - around, to: external.amount + around } }),
    ...(dateDrift === undefined ? {} : { date: { from: external.date - span, to: external.date + span } }),
  };
}

/** Whole seconds in milliseconds; Core counts nanoseconds in 64 bits, and 293 years or more come round again. */
function milliseconds(seconds: number): number {
  const nanoseconds = BigInt.asIntN(64, BigInt(Math.trunc(seconds)) * 1_000_000_000n);
  return Number(nanoseconds / 1_000_000n);
}

function isWithin({ currency, amount, date }: CandidateBounds, row: InternalRow): boolean {
  return (
    (currency === undefined || row.currency === currency) &&
    (date === undefined || (row.date >= date.from && row.date <= date.to)) &&
    (amount === undefined || (isNoLess(row, amount.from) && isNoMore(row, amount.to)))
  );
}

function isNoLess({ amount, amountText }: InternalRow, from: number): boolean {
  return amount === from ? new Big(amountText).gte(String(from)) : amount > from;
}

function isNoMore({ amount, amountText }: InternalRow, to: number): boolean {
  return amount === to ? new Big(amountText).lte(String(to)) : amount < to;
}

/** Finds what one row of the side that the strategy goes through matches. */
export type Find<Row> = (row: Row) => RowMatches;

/** `one_to_one`: for each external row those internal ones within its bounds that a rule matches, up to ten. */
export function oneToOne(
  rules: readonly MatchingRule[],
  internals: readonly InternalRow[],
): Find<ExternalRow> {
  const matcherFor = matchersByCurrency(rules, internals);
  return (external) => {
    const { rows, matcher } = matcherFor(external.currency);
    const bounds = candidateBounds(rules, external);
    const isCandidate = (position: number) => {
      const internal = rows[position];
      return internal !== undefined && isWithin(bounds, internal);
    };
    const matching = matcher.matching(external, mostMatchesOfOneRow, isCandidate);
    const matches = matching.map((position) => matchOf(rows[position]?.id ?? "", external, external.amount));
    return { id: external.id, matches };
  };
}

/** A row that names a currency is held against those of it alone; each matcher is made when the first row wants it. */
function matchersByCurrency(rules: readonly MatchingRule[], internals: readonly InternalRow[]) {
  const byCurrency = Map.groupBy(internals, ({ currency }) => currency);
  const made = new Map<string, { readonly rows: readonly InternalRow[]; readonly matcher: Matcher }>();
  return (currency: string) => {
    const known = made.get(currency);
    if (known !== undefined) return known;
    const rows = currency === "" ? internals : (byCurrency.get(currency) ?? []);
    const fresh = { rows, matcher: createMatcher(rules, rows) };
    made.set(currency, fresh);
    return fresh;
  };
}

function matchOf(internalId: string, external: ExternalRow, amount: number): Match {
  return { internalId, externalId: external.id, amount, date: external.date };
}

/** Rows that share a key, and what they are together. */
export interface Group<Row> extends Comparable {
  readonly members: readonly Row[];
}

const internalKeys: Readonly<Record<string, (row: InternalRow) => string>> = {
  transaction_id: (row) => row.id,
  parent_transaction: (row) => row.parent,
  source: (row) => row.from,
  destination: (row) => row.to,
  reference: (row) => row.reference,
  currency: (row) => row.currency,
  status: (row) => row.status,
  created_at: (row) => String(row.date),
};

const externalKeys: Readonly<Record<string, (row: ExternalRow) => string>> = {
  id: (row) => row.id,
  amount: (row) => String(row.amount),
  reference: (row) => row.reference,
  currency: (row) => row.currency,
  description: (row) => row.description,
  date: (row) => String(row.date),
  source: (row) => row.source,
};

function grouped<Row extends Comparable>(
  rows: readonly Row[],
  keys: Readonly<Record<string, (row: Row) => string>>,
  criterion: string,
): readonly Group<Row>[] {
  const keyOf = Object.hasOwn(keys, criterion) ? keys[criterion] : undefined;
  if (keyOf === undefined) return [];
  const keyed = rows.filter((row) => keyOf(row) !== "");
  return [...Map.groupBy(keyed, keyOf).values()].map(groupOf);
}

function groupOf<Row extends Comparable>(members: readonly Row[]): Group<Row> {
  const currencies = new Set(members.map((row) => row.currency));
  const [currency = ""] = currencies;
  return {
    members,
    amount: members.reduce((sum, row) => sum + row.amount, 0),
    date: members.reduce((earliest, row) => Math.min(earliest, row.date), Number.POSITIVE_INFINITY),
    reference: members.map((row) => row.reference).join(partSeparator),
    description: members.map((row) => row.description).join(partSeparator),
    currency: currencies.size > 1 ? mixedCurrency : currency,
  };
}

/** Internal rows by `grouping_criteria`, those without a value left out; none for an unknown criterion. */
export function internalGroups(
  rows: readonly InternalRow[],
  criterion: string,
): readonly Group<InternalRow>[] {
  return grouped(rows, internalKeys, criterion);
}

/** External rows by `grouping_criteria`, those without a value left out; none for an unknown criterion. */
export function externalGroups(
  rows: readonly ExternalRow[],
  criterion: string,
): readonly Group<ExternalRow>[] {
  return grouped(rows, externalKeys, criterion);
}

/** The members of the first group that a rule matches. */
function membersFinder<Row>(rules: readonly MatchingRule[], groups: readonly Group<Row>[]) {
  const matcher = createMatcher(rules, groups);
  return (record: Comparable): readonly Row[] => {
    const [position = -1] = matcher.matching(record, 1);
    return groups[position]?.members ?? [];
  };
}

/** `one_to_many`: each external row against groups of internal ones; the first that fits gives its members. */
export function oneToMany(
  rules: readonly MatchingRule[],
  groups: readonly Group<InternalRow>[],
): Find<ExternalRow> {
  const membersFor = membersFinder(rules, groups);
  return (external) => {
    const members = membersFor(external);
    return { id: external.id, matches: members.map(({ id, amount }) => matchOf(id, external, amount)) };
  };
}

/**
 * `many_to_one`: each internal row against groups of external ones. Matched counts external rows, unmatched
 * internal ones; a transaction keeps the last row of its group.
 */
export function manyToOne(
  rules: readonly MatchingRule[],
  groups: readonly Group<ExternalRow>[],
): Find<InternalRow> {
  const membersFor = membersFinder(rules, groups);
  return (internal) => {
    const matches = membersFor(internal).map((external) => matchOf(internal.id, external, external.amount));
    return { id: internal.id, matches };
  };
}

/** How a run goes about it. */
export interface ReconciliationPlan {
  readonly strategy: string;
  readonly rules: readonly MatchingRule[];
  readonly groupingCriteria: string;
}

/** What a run finds, row by row; nothing by a strategy that there is not. */
export function* reconciled(
  { strategy, rules, groupingCriteria }: ReconciliationPlan,
  externals: readonly ExternalRow[],
  internals: readonly InternalRow[],
): Generator<RowMatches> {
  switch (strategy) {
    case "one_to_one":
      return yield* Iterator.from(externals).map(oneToOne(rules, internals));
    case "one_to_many": {
      const groups = internalGroups(internals, groupingCriteria);
      return yield* Iterator.from(externals).map(oneToMany(rules, groups));
    }
    case "many_to_one": {
      const groups = externalGroups(externals, groupingCriteria);
      return yield* Iterator.from(internals).map(manyToOne(rules, groups));
    }
  }
}
