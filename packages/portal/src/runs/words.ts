/** A run in words: what it waits for, who started it, how long it took. Pure. */
import type { RunAnswer, RunCauseAnswer } from "@annex/protocol";
import { formatDuration, formatMoment, momentOf } from "@annex/ui";

/**
 * Whether a run waits for a time that has not come, such as that of its next try.
 *
 * @example
 * isWaiting(run) && <RunWaiting run={run} />
 */
export function isWaiting(run: Pick<RunAnswer, "status" | "waits_until">): boolean {
  return run.status === "queued" && run.waits_until !== undefined;
}

/**
 * Whether a run was put off and has not begun: until its time nothing changes of it.
 *
 * @example
 * isPutOff({ status: "queued", waits_until: "2026-11-26T13:45:10Z" }, new Date("2026-11-26T13:44:00Z")); // true
 */
export function isPutOff(run: Pick<RunAnswer, "status" | "waits_until" | "started_at">, now: Date): boolean {
  const begins = momentOf(run.waits_until);
  return isWaiting(run) && run.started_at === undefined && begins !== undefined && begins > now;
}

/** How long a run took, or has taken until now; `undefined` before it started. */
export function runDuration(
  run: Pick<RunAnswer, "started_at" | "finished_at">,
  now: Date,
): string | undefined {
  const start = momentOf(run.started_at);
  if (start === undefined) return undefined;
  return formatDuration((momentOf(run.finished_at) ?? now).getTime() - start.getTime());
}

const waitedFor: Readonly<Record<string, string>> = {
  instance_unavailable: "the instance",
  suspended: "Blnk Cloud to take the key again",
  cloud_unreachable: "Blnk Cloud",
};

/** What a run waits for, after "Waiting for". */
export function waitingFor({ error }: Pick<RunAnswer, "error">): string {
  if (error === undefined) return "its time";
  return error.provider ?? waitedFor[error.code] ?? "its next try";
}

/** What a person can do elsewhere while a run waits; nothing where waiting is all. */
export function waitingHelp({ code }: Pick<NonNullable<RunAnswer["error"]>, "code">): string {
  return code === "instance_unavailable" ? "If somebody stopped it, start it in the dashboard." : "";
}

/** Codes that say who failed where the failure names nobody. */
const failing: Readonly<Record<string, string>> = {
  instance_unavailable: "the ledger",
  cloud_unreachable: "Blnk Cloud",
  key_revoked: "Blnk Cloud",
  suspended: "Blnk Cloud",
};

/** Codes of failures that are nobody's: what was not granted was refused rightly, and what is unknown may have been done. */
const nobodys: ReadonlySet<string> = new Set(["missing_permission", "outcome_unknown"]);

/** Who failed: whom the failure names, else by its code; undefined where nobody did, and for a run that has not failed. */
export function whoFailed({ status, error }: Pick<RunAnswer, "status" | "error">): string | undefined {
  if (status !== "failed" || error === undefined || nobodys.has(error.code)) return undefined;
  return error.provider ?? failing[error.code] ?? "this app";
}

/**
 * When a run goes on: the time alone while it is the same day in UTC, else with its date.
 *
 * @example
 * goesOnAt("2026-11-26T13:45:10Z", new Date("2026-11-26T13:44:00Z")); // "13:45:10 UTC"
 */
export function goesOnAt(waitsUntil: string, now: Date): string {
  const moment = momentOf(waitsUntil);
  if (moment === undefined) return "soon";
  const text = formatMoment(moment, "seconds");
  const isToday = formatMoment(moment, "days") === formatMoment(now, "days");
  return isToday ? text.slice("2026-11-26 ".length) : text;
}

/**
 * What a run is called: what it does, and when it was asked for: to the second, since two may be of one minute. Its id is for
 * those who look for it.
 *
 * @example
 * runTitle({ title: "Sync", created_at: "2026-11-26T13:45:10Z" }); // "Sync, 2026-11-26 13:45:10 UTC"
 */
export function runTitle({ title, created_at: at }: Pick<RunAnswer, "title" | "created_at">): string {
  const moment = momentOf(at);
  return moment === undefined ? title : `${title}, ${formatMoment(moment, "seconds")}`;
}

/** What started a run where it was no member, as it stands in a sentence. */
export function causeWords(cause: Exclude<RunCauseAnswer, { by: "member" }> | undefined): string {
  if (cause === undefined) return "nobody knows whom";
  switch (cause.by) {
    case "schedule":
      return `the schedule “${cause.schedule}”`;
    case "outside":
      return cause.from ?? "something outside";
    case "install":
      return "the install";
  }
}
