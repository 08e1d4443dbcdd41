import type { JobAnswer } from "@annex/protocol";
import { Moment } from "@annex/ui";

/**
 * When a job starts by itself next: by its schedules, in words.
 *
 * @example
 * <NextRun job={job} /> // Next by schedule “nightly”: 2026-11-27 01:30 UTC
 */
export function NextRun({ job }: { readonly job: Pick<JobAnswer, "schedules"> }) {
  if (job.schedules.length === 0) return <p className="annex-dim">Starts only when somebody starts it.</p>;
  return (
    <ul className="annex-schedules">
      {job.schedules.map(({ schedule, cron, time_zone, next_at }) => (
        <li key={schedule}>
          Next by schedule “{schedule}”: <Moment at={next_at} exact ago="beside" coming />{" "}
          <code className="annex-dim" title={`${cron}, ${time_zone}`} translate="no">
            {cron} {time_zone}
          </code>
        </li>
      ))}
    </ul>
  );
}
