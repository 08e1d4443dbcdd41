import { formatCount } from "@annex/ui";
import { percentDone } from "./status.ts";

/** What `Progress` takes. */
export interface ProgressProps {
  /** What is making progress, for a screen reader. */
  readonly label: string;
  readonly done: number;
  /** Absent while nobody knows how much there is: the bar then moves without an end. */
  readonly total?: number | undefined;
  /** What is being done now; heard politely when it changes. */
  readonly message?: string | undefined;
}

/**
 * Live progress of a job: a bar, what is being done, and how much.
 *
 * @example
 * <Progress label="Sync" done={120} total={480} message="Posting to the ledger" />
 */
export function Progress({ label, done, total, message }: ProgressProps) {
  const percent = percentDone(done, total);
  const amount =
    total === undefined ? `${formatCount(done)} so far` : `${formatCount(done)} of ${formatCount(total)}`;
  const text = percent === undefined ? amount : `${amount}, ${percent} %`;
  return (
    <div className="annex-progress">
      <div className="annex-progress__words">
        <span aria-live="polite">{message}</span>
        <span className="annex-figures">{text}</span>
      </div>
      <div
        role="progressbar"
        aria-label={label}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={percent}
        aria-valuetext={text}
        className={percent === undefined ? "annex-bar annex-bar--endless" : "annex-bar"}
      >
        <div className="annex-bar__fill" style={{ width: `${percent ?? 30}%` }} />
      </div>
    </div>
  );
}
