/** Where this app shows what a finding is about. Pure. */
import type { FindingJson } from "../../../src/portal-types.ts";

/** The address of its payout or its balance transaction; undefined where it is about neither. */
export function objectPath({ object_key: key, code }: Pick<FindingJson, "object_key" | "code">) {
  if (key === undefined) return undefined;
  return code === "payout_differs" ? `/payouts/${key}` : `/objects/${key}`;
}
