/**
 * Finding what matches among many records (contract section 15.1). They are made ready once, and each criterion
 * is indexed once: equal texts by their hash, amounts and dates by their order, texts within texts and texts alike by
 * the letters they share. Of a rule's criteria the one that leaves the fewest records decides which ones are compared at
 * all, so that a run over many rows does not compare each with each.
 */
import { type Candidates, type CriterionIndex, indexOf } from "./matcher-indexes.ts";
import { type Comparable, matchesAny, type Ready, ready } from "./matching.ts";
import type { MatchingCriterion, MatchingRule } from "./matching-rules.ts";

/** Tells which of its records match another one. */
export interface Matcher {
  /**
   * Positions of the records that any rule matches, in their order; the record given is the external side.
   *
   * @param most how many are enough
   * @param isWanted leaves out records that would match
   */
  matching(external: Comparable, most?: number, isWanted?: (position: number) => boolean): readonly number[];
}

/**
 * Makes records ready to be found by rules.
 *
 * @example createMatcher(rules, internals).matching(external) // [0, 17]
 */
export function createMatcher(rules: readonly MatchingRule[], records: readonly Comparable[]): Matcher {
  const targets = records.map(ready);
  const quickFirst = rules.map(({ criteria }) => ({ criteria: criteria.toSorted(byCost) }));
  const indexes = rules.map(({ criteria }) => criteria.flatMap((one) => indexOf(one, targets) ?? []));
  return {
    matching(record, most = Number.POSITIVE_INFINITY, isWanted = () => true) {
      const external = ready(record);
      const isCandidate = candidatesAmong(indexes, external, targets.length);
      const found: number[] = [];
      for (let position = isCandidate.indexOf(1); position !== -1; ) {
        const target = targets[position];
        if (target !== undefined && isWanted(position) && matchesAny(quickFirst, external, target)) {
          found.push(position);
          if (found.length >= most) break;
        }
        position = isCandidate.indexOf(1, position + 1);
      }
      return found;
    },
  };
}

/** Numbers are compared before texts, and texts that are equal before those alike. */
function byCost(first: MatchingCriterion, second: MatchingCriterion): number {
  return costOf(first) - costOf(second);
}

function costOf({ field, operator }: MatchingCriterion): number {
  if (field === "amount" || field === "date") return 0;
  return operator === "contains" ? 2 : 1;
}

/** One for each record that may match, zero for the others. */
function candidatesAmong(
  indexes: readonly (readonly CriterionIndex[])[],
  external: Ready,
  total: number,
): Uint8Array {
  const marks = new Uint8Array(total);
  for (const ofRule of indexes) {
    const candidates = fewestOf(ofRule, external);
    if (candidates === undefined) return marks.fill(1);
    for (const position of candidates.positions()) marks[position] = 1;
  }
  return marks;
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
