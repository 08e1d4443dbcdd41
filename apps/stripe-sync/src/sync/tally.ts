/** Counting the objects of a run as they change state. A tally is plain JSON; two of them add up to a third. */
import { type CountsJson, type ObjectKind, type ObjectState, objectStates } from "../portal-types.ts";
import { objectAt, placeOf, type RunObject } from "./register.ts";

export type Tally = {
  /** Change in the number of objects by state; negative where objects left it. */
  readonly states: Readonly<Partial<Record<ObjectState, number>>>;
  readonly kinds: Readonly<Partial<Record<ObjectKind, number>>>;
  /** By state, kind and currency together (`placeOf`); absent from what an earlier version counted. */
  readonly places?: Readonly<Partial<Record<string, number>>>;
  readonly findings: number;
};

export const emptyTally: Tally = { states: {}, kinds: {}, findings: 0 };

export function addTallies(one: Tally, other: Tally): Tally {
  return {
    states: addCounts(one.states, other.states),
    kinds: addCounts(one.kinds, other.kinds),
    places: addCounts(one.places ?? {}, other.places ?? {}),
    findings: one.findings + other.findings,
  };
}

/** As many findings, and no objects. */
export function findingsFound(findings: number): Tally {
  return { ...emptyTally, findings };
}

/** Objects that came to be known, each in a first state. */
export function tallyOf(objects: readonly RunObject[]): Tally {
  return countedBy(1, objects);
}

/**
 * What the counts of a list change by where objects are put onto it that may stand there already.
 *
 * @param before how those stood that did
 */
export function relisted(before: readonly RunObject[], now: readonly RunObject[]): Tally {
  return addTallies(countedBy(-1, before), countedBy(1, now));
}

function countedBy(step: 1 | -1, objects: readonly RunObject[]): Tally {
  const states: Partial<Record<ObjectState, number>> = {};
  const kinds: Partial<Record<ObjectKind, number>> = {};
  const places: Partial<Record<string, number>> = {};
  for (const object of objects) {
    const { state, kind } = object;
    const place = placeOf(object);
    states[state] = (states[state] ?? 0) + step;
    kinds[kind] = (kinds[kind] ?? 0) + step;
    places[place] = (places[place] ?? 0) + step;
  }
  return { states, kinds, places, findings: 0 };
}

/** The places where objects stand, each with how many do. */
export function placesIn({
  places = {},
}: Tally): readonly { readonly object: RunObject; readonly count: number }[] {
  return Object.entries(places).flatMap(([place, count = 0]) =>
    count > 0 ? [{ object: objectAt(place), count }] : [],
  );
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
  const sums = keys.map((key) => [key, (one[key] ?? 0) + (other[key] ?? 0)] as const);
  return Object.fromEntries(sums) as Partial<Record<Key, number>>;
}
