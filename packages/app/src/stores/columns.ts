/** What both stores write into columns, and how they name keys and work in them. */
import type { AuditEntry } from "../audit/index.ts";
import type { CallAddress, EffectWork, KeyRange } from "./interface.ts";
import type { Ending, ListAllFilter } from "./runs.ts";

/** Beyond every key that begins with a prefix: the highest code point there is. */
const last = "\u{10FFFF}";

/** From (inclusive) and to (exclusive), in the order of code points. */
export function keyBounds({ prefix = "", from, to }: KeyRange): [string, string] {
  const end = `${prefix}${last}`;
  return [
    from !== undefined && isBefore(prefix, from) ? from : prefix,
    to !== undefined && isBefore(to, end) ? to : end,
  ];
}

// Strings of JavaScript are ordered by UTF-16 units, the tables by UTF-8 bytes, which is by code points.
function isBefore(one: string, other: string): boolean {
  return Buffer.compare(Buffer.from(one), Buffer.from(other)) < 0;
}

/** How the effects of a run are filed; with nothing in place of its number, what the numbers stand after. */
export function workOfRun(runNumber: number | ""): string {
  return `run/${runNumber}`;
}

/** How the effects of a piece of work are filed. */
export function workText(work: EffectWork): string {
  return work.of === "run" ? workOfRun(work.holder.runNumber) : workOfCall(work.holder);
}

/** How a portal call, and what it does, is filed. */
export function workOfCall({ installedAppId, key }: CallAddress): string {
  return `call/${installedAppId}/${key}`;
}

/** Job, status, run to go on after, how many, and the one run: in this order where runs of all installations are listed. */
export function filterValues(
  filter: ListAllFilter,
): readonly [string | null, string | null, string | null, number, string | null] {
  const { job, status, after, limit, runId } = filter;
  return [job ?? null, status ?? null, after ?? null, limit, runId ?? null];
}

/** What the end of an execution writes. */
export type EndingColumns = {
  readonly status: string;
  readonly result: string | null;
  readonly failure: string | null;
  /** By how many the failures grow. */
  readonly failed: number;
  /** Stays as it is where there is none. */
  readonly availableAt: number | null;
  /** When its wait began: by the same clock that says until when it lasts. */
  readonly waitsSince: number | null;
  readonly finishedAt: number | null;
};

export function endingColumns(ending: Ending, now: number): EndingColumns {
  const columns = { result: null, failure: null, failed: 0, ...noWait, finishedAt: null };
  switch (ending.kind) {
    case "completed":
      return { ...columns, status: "completed", result: ending.result ?? null, finishedAt: now };
    case "failed":
      return { ...columns, status: "failed", failure: ending.failure, failed: 1, finishedAt: now };
    case "retried":
      return { ...columns, ...goesOn(ending.waits, now), failure: ending.failure, failed: 1 };
    case "released":
      return { ...columns, ...goesOn(ending.waits, now) };
    case "cancelled":
      return { ...columns, status: "cancelled", finishedAt: now };
  }
}

/** Whether a run that begins waits for its time. */
export function isPutOff(startsAt: number | undefined, now: number): boolean {
  return startsAt !== undefined && startsAt > now;
}

/** When a run that begins may start, and since when it waits for that. */
export function startColumns(startsAt: number | undefined, now: number) {
  return goesOn(startsAt === undefined ? 0 : startsAt - now, now);
}

const noWait = { availableAt: null, waitsSince: null } as const;

/** A run that may not start yet waits; the others are queued, which is what a claim looks at. */
function goesOn(waits: number, now: number) {
  if (waits <= 0) return { status: "queued", availableAt: now, waitsSince: null };
  return { status: "waiting", availableAt: now + Math.ceil(waits), waitsSince: now };
}

/** Time, installation, kind and id of the actor, action, details: in the order of the table. */
export function auditColumns({
  at,
  installedAppId,
  actor,
  action,
  details,
}: AuditEntry): [number, string | null, string, string | null, string, string | null] {
  const id = "id" in actor ? (actor.id ?? null) : null;
  const text = details === undefined ? null : JSON.stringify(details);
  return [at, installedAppId ?? null, actor.kind, id, action, text];
}
