/** Findings that say the same of several things, said once. Pure. */

/** Something a person should look at. */
export interface FindingItem {
  /** What is odd. */
  readonly error: string;
  /** What to do about it. */
  readonly next: string;
  /** What it is about, by its id at the provider or in the ledger. */
  readonly object_id?: string | undefined;
}

/** What is odd, what to do, and what it is true of, in the order it was found. */
export interface FindingGroup<Finding extends FindingItem> {
  readonly error: string;
  readonly next: string;
  readonly findings: readonly Finding[];
}

/**
 * Groups findings by what they say; groups keep the order of their first finding.
 *
 * @example
 * ```ts
 * groupFindings(findings).length; // 2, where ten findings say two things
 * ```
 */
export function groupFindings<Finding extends FindingItem>(
  findings: readonly Finding[],
): readonly FindingGroup<Finding>[] {
  const groups = Map.groupBy(findings, ({ error, next }) => `${error}\n${next}`);
  return [...groups.values()].flatMap((alike) => {
    const [first] = alike;
    return first === undefined ? [] : [{ error: first.error, next: first.next, findings: alike }];
  });
}
