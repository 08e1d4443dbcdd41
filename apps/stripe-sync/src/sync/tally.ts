/** Counting the objects of a run as they change state. A tally is plain JSON; two of them add up to a third. */
import { type CountsJson, type ObjectKind, type ObjectState, objectStates } from "../portal-types.ts";

export type Tally = {
  /** Change in the number of objects by state; negative where objects left it. */
  readonly states: Readonly<Partial<Record<ObjectState, number>>>;
  readonly kinds: Readonly<Partial<Record<ObjectKind, number>>>;
  readonly findings: number;
};

export const emptyTally: Tally = { states: {}, kinds: {}, findings: 0 };

export function addTallies(one: Tally, other: Tally): Tally {
  return {
    states: addCounts(one.states, other.states),
    kinds: addCounts(one.kinds, other.kinds),
    findings: one.findings + other.findings,
  };
}

/** Objects that came to be known, each in a first state. */
export function tallyOf(
  objects: readonly { readonly kind: ObjectKind; readonly state: ObjectState }[],
  findings = 0,
): Tally {
  return objects.reduce<Tally>(
    (sum, { kind, state }) => addTallies(sum, { states: { [state]: 1 }, kinds: { [kind]: 1 }, findings: 0 }),
    { ...emptyTally, findings },
  );
}

/** Objects that were waiting and have come to another state. */
export function settledTally(states: readonly ObjectState[], findings: number): Tally {
  const waiting = states.length === 0 ? {} : { waiting: -states.length };
  const settled = states.reduce<Tally["states"]>((sum, state) => addCounts(sum, { [state]: 1 }), waiting);
  return { states: settled, kinds: {}, findings };
}

/** As the pages show it. */
export function countsOf({ states }: Tally): CountsJson {
  const counts = Object.fromEntries(objectStates.map((state) => [state, states[state] ?? 0]));
  const all = objectStates.reduce((sum, state) => sum + (states[state] ?? 0), 0);
  return { all, ...counts } as CountsJson;
}

function addCounts<Key extends string>(
  one: Readonly<Partial<Record<Key, number>>>,
  other: Readonly<Partial<Record<Key, number>>>,
): Readonly<Partial<Record<Key, number>>> {
  const keys = [...new Set([...Object.keys(one), ...Object.keys(other)])] as Key[];
  return Object.fromEntries(keys.map((key) => [key, (one[key] ?? 0) + (other[key] ?? 0)])) as Partial<
    Record<Key, number>
  >;
}
