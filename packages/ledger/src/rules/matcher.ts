/**
 * Finding what matches among many records (contract section 15.1). They are made ready once, and each criterion
 * is indexed once: equal texts by their hash, amounts and dates by their order, texts within texts by three
 * letters. Of a rule's criteria the one that leaves the fewest records decides which ones are compared at all,
 * so that a run over many rows does not compare each with each.
 */
import { type Candidates, type CriterionIndex, indexOf } from "./matcher-indexes.ts";
import { type Comparable, matchesAny, type Ready, ready } from "./matching.ts";
import type { MatchingRule } from "./matching-rules.ts";

/** Tells which of its records match another one. */
export interface Matcher {
  /** Positions of the records that any rule matches, in their order; the record given is the external side. */
  matching(external: Comparable): Iterable<number>;
}

/**
 * Makes records ready to be found by rules.
 *
 * @example [...createMatcher(rules, internals).matching(external)] // [0, 17]
 */
export function createMatcher(rules: readonly MatchingRule[], records: readonly Comparable[]): Matcher {
  const targets = records.map(ready);
  const indexes = rules.map(({ criteria }) => criteria.flatMap((one) => indexOf(one, targets) ?? []));
  return {
    *matching(record) {
      const external = ready(record);
      for (const position of positionsFor(indexes, external, targets.length)) {
        const target = targets[position];
        if (target !== undefined && matchesAny(rules, external, target)) yield position;
      }
    },
  };
}

/** From this share of all records on it is quicker to go through them in order than to put some in order. */
const fewest = 1 / 8;

function positionsFor(
  indexes: readonly (readonly CriterionIndex[])[],
  external: Ready,
  total: number,
): Iterable<number> {
  const few = indexes.map((ofRule) => fewestOf(ofRule, external));
  const count = few.reduce((sum, one) => sum + (one?.count ?? total), 0);
  if (count > total * fewest) return everyPosition(total);
  const positions = new Set(few.flatMap((one) => [...(one?.positions() ?? [])]));
  return [...positions].sort((left, right) => left - right);
}

function fewestOf(indexes: readonly CriterionIndex[], external: Ready): Candidates | undefined {
  let fewestSoFar: Candidates | undefined;
  for (const index of indexes) {
    const candidates = index(external);
    if (candidates === undefined) continue;
    if (fewestSoFar === undefined || candidates.count < fewestSoFar.count) fewestSoFar = candidates;
  }
  return fewestSoFar;
}

function* everyPosition(total: number): Generator<number> {
  for (let position = 0; position < total; position += 1) yield position;
}
