import { useSyncExternalStore } from "react";
import { formatAgo, formatMoment, formatSince, isAhead, momentOf, type Resolution } from "./moments.ts";

const refreshMilliseconds = 20_000;
const watchers = new Set<() => void>();
let now = new Date();
let timer: ReturnType<typeof setInterval> | undefined;

/** One slow clock for every distance on the page; it stands still while nobody looks. */
function watch(onTick: () => void): () => void {
  watchers.add(onTick);
  timer ??= setInterval(() => {
    now = new Date();
    for (const tick of watchers) tick();
  }, refreshMilliseconds);
  return () => {
    watchers.delete(onTick);
    if (watchers.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

/**
 * Where the clock stands: within its last tick, but never before a moment that has just been read.
 */
function useNow(): Date {
  return useSyncExternalStore(watch, () => now);
}

/** What `Moment` takes. */
export interface MomentProps {
  /** A time of the wire: ISO 8601, or as Core stores it. */
  readonly at: string | null | undefined;
  /** The exact time instead of the distance. */
  readonly exact?: boolean;
  /** How exact the exact time is; to the minute unless told. */
  readonly resolution?: Resolution;
  /** Says the distance too, behind or below the exact time. */
  readonly ago?: "beside" | "below";
  /** It may lie ahead, such as a next run; all else has happened, whatever the clocks say. */
  readonly coming?: boolean;
  /** The time of day below the day: for a column that is to be narrow, in rows of two lines. */
  readonly stacked?: boolean;
}

/**
 * When something happened: how long ago, with the exact time on hover; or the exact time itself. A dash for none.
 *
 * @example
 * <Moment at={run.created_at} /> // 3 minutes ago
 * <Moment at={row.effective_date} exact resolution="days" /> // 2026-11-25
 * <Moment at={job.next_at} exact ago="beside" coming /> // 2026-11-25 02:30 UTC · in 3 hours
 */
export function Moment(props: MomentProps) {
  const { at, exact = false, resolution = "minutes", ago, coming = false, stacked } = props;
  const current = useNow();
  const moment = momentOf(at);
  if (moment === undefined) return <span>—</span>;
  const distance = coming ? formatAgo(moment, current) : formatSince(moment, current);
  const saysDistance = coming || !isAhead(moment, current);
  if (!exact) {
    return (
      <time dateTime={moment.toISOString()} title={formatMoment(moment, "seconds")}>
        {distance}
      </time>
    );
  }
  return (
    <time dateTime={moment.toISOString()} title={distance} className="annex-figures">
      <span className="annex-moment" data-stacked={stacked ? "" : undefined} translate="no">
        {stacked ? <Stacked text={formatMoment(moment, resolution)} /> : formatMoment(moment, resolution)}
      </span>
      {ago !== undefined && saysDistance && (
        <span className="annex-moment__ago" data-place={ago}>
          {ago === "beside" ? ` · ${distance}` : distance}
        </span>
      )}
    </time>
  );
}

/** The day and the time of day, each whole on its line. */
function Stacked({ text }: { readonly text: string }) {
  const [day = "", ...rest] = text.split(" ");
  return (
    <>
      <span>{day}</span> <span>{rest.join(" ")}</span>
    </>
  );
}
