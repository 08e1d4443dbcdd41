/** Folding calls that say the same: an app that looks again every few seconds would drown all else. */
import type { AuditEntry } from "../api/types.ts";

/** A call, with those like it that came right before it and are not shown by themselves. */
export type FoldedCall = AuditEntry & { readonly repeats: number };

/**
 * Neighbours of a list that are the same read by the same actor with the same answer become one, the newest.
 * What was refused or struck by a fault stays by itself.
 *
 * @example
 * ```ts
 * foldRepeats([getTwo, getOne]) // [{ ...getTwo, repeats: 1 }]
 * ```
 */
export function foldRepeats(calls: readonly AuditEntry[]): readonly FoldedCall[] {
  const folded: FoldedCall[] = [];
  for (const call of calls) {
    const last = folded.at(-1);
    if (last !== undefined && saysTheSame(last, call))
      folded[folded.length - 1] = { ...last, repeats: last.repeats + 1 };
    else folded.push({ ...call, repeats: 0 });
  }
  return folded;
}

function saysTheSame(one: AuditEntry, other: AuditEntry): boolean {
  return isQuiet(one) && isQuiet(other) && signOf(one) === signOf(other);
}

function isQuiet({ method, status, faults }: AuditEntry): boolean {
  return method === "GET" && status < 400 && faults.length === 0;
}

function signOf({ path, status, instance_id, actor }: AuditEntry): string {
  return JSON.stringify([path, status, instance_id, actor.installed_app_id, actor.user_id]);
}
