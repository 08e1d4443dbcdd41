/** What a run does: an app's job, a hook or the framework's own work, under one shape. */
import type { InstallationContext } from "../../context/index.ts";
import type { StoredRun } from "../../stores/runs.ts";
import type { JobContext } from "../interface.ts";
import type { RetryPolicy } from "../policy/retries.ts";

/** What is bound to an installation; once it has ended there is no Cloud. */
export type BoundContext = Omit<InstallationContext, "cloud"> & Partial<Pick<InstallationContext, "cloud">>;

export type Work = {
  /**
   * The guard, asked before a run and before each of its steps: the installation may go on and has what is required.
   *
   * @throws AppError app_uninstalled, key_revoked or missing_permission.
   */
  bind(run: StoredRun): Promise<BoundContext>;
  /**
   * Asked once before a try.
   *
   * @throws Postponed while only Cloud knows whether the installation may go on.
   */
  mayBegin?(run: StoredRun): Promise<void>;
  handler(context: JobContext<unknown>): unknown;
  /**
   * Whether what the handler itself sends to Cloud is noted too, as in a step. A hook has no steps; a job has, and what
   * it sends outside of them would be counted anew after each crash, with the finished steps left out.
   */
  readonly notesEffects: boolean;
  readonly retries: RetryPolicy;
  /** How long one try may take. */
  readonly deadlineMilliseconds: number | undefined;
};
