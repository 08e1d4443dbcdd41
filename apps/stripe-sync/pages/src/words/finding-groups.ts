/** Findings that say the same of several objects, said once. Pure. */
import type { FindingJson } from "../../../src/portal-types.ts";

/** What is odd, what to do, and the objects it is true of, in the order they were found. */
export interface FindingGroup {
  readonly error: string;
  readonly next: string;
  readonly objectIds: readonly string[];
}

/** Groups findings by what they say; groups keep the order of their first finding. */
export function groupFindings(findings: readonly FindingJson[]): readonly FindingGroup[] {
  const groups = Map.groupBy(findings, ({ error, next }) => `${error}\n${next}`);
  return [...groups.values()].flatMap((alike) => {
    const [first] = alike;
    if (first === undefined) return [];
    return {
      error: first.error,
      next: first.next,
      objectIds: alike.flatMap(({ object_id }) => object_id ?? []),
    };
  });
}
