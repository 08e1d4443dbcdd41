import type { RunAnswer } from "@annex/protocol";
import { formatDuration, momentOf, Notice } from "@annex/ui";
import { useClock } from "./use-clock.ts";
import { goesOnAt, isWaiting, waitingFor, waitingHelp } from "./words.ts";

/**
 * What a waiting run waits for and when it goes on by itself; nothing for any other run.
 *
 * @example
 * <RunWaiting run={run} /> // Waiting for Blnk Cloud, goes on at 13:45:10 UTC
 */
export function RunWaiting({ run }: { readonly run: RunAnswer }) {
  const waits = isWaiting(run);
  const now = useClock(waits);
  if (!waits || run.waits_until === undefined) return null;
  const left = (momentOf(run.waits_until)?.getTime() ?? 0) - now.getTime();
  return (
    <Notice
      tone="warning"
      name="Waiting"
      title={`Waiting for ${waitingFor(run)}, goes on at ${goesOnAt(run.waits_until, now)}`}
    >
      {run.error !== undefined && (
        <p>
          {run.error.error} {waitingHelp(run.error)}
        </p>
      )}
      <p>
        It goes on by itself
        {left > 0 ? (
          <span aria-hidden="true" className="annex-figures">
            {" "}
            in {formatDuration(Math.ceil(left / 1000) * 1000).replace(".0 s", " s")}
          </span>
        ) : (
          " any moment now"
        )}
        ; nothing has to be done here.
      </p>
    </Notice>
  );
}
