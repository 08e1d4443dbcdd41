/** Where this app shows what a finding is about. Pure. */
import type { FindingJson } from "../../../src/portal-types.ts";

export function isOfPayout({ code }: Pick<FindingJson, "code">): boolean {
  return code === "payout_differs" || code === "payout_incomparable";
}

/** The address of its payout or its balance transaction; undefined where it is about neither. */
export function objectPath(finding: Pick<FindingJson, "object_key" | "code">) {
  const { object_key: key } = finding;
  if (key === undefined) return undefined;
  return isOfPayout(finding) ? `/payouts/${key}` : `/objects/${key}`;
}
