/**
 * What the framework's own portal routes say of background work, to the pages that show it: the shapes between the app's
 * server and its page, the same for every app. The routes are in `@annex/app` (`portal/runs`), the pages' parts in
 * `@annex/portal` (`runs`). Times are ISO 8601 in UTC.
 *
 * | call below `/portal` | answers |
 * |---|---|
 * | `GET /api/jobs` | `JobsAnswer` |
 * | `POST /api/jobs/:job/runs` `{input?}` | 202 `RunAnswer`; 200 with the run under way where there is one |
 * | `GET /api/runs?status=&job=&limit=&after=` | `RunListAnswer`, newest first |
 * | `GET /api/runs/:runId` | `RunDetailAnswer` |
 * | `POST /api/runs/:runId/retry`, `/cancel` | 202 `RunAnswer` |
 * | `POST /api/runs/:runId/effects` `{effect_key, seen}` | 202 `RunDetailAnswer` |
 */

/** Where a run stands. */
export const runStatuses = ["queued", "running", "completed", "failed", "cancelled"] as const;

/** Where a run stands, as a word on the wire. */
export type RunStatusWord = (typeof runStatuses)[number];

/** Who or what a run was started by. */
export type RunCauseAnswer =
  /** Somebody on the app's page; the later edition of the payloads names nobody. Contract section 7. */
  | { readonly by: "member"; readonly user_id?: string }
  | { readonly by: "schedule"; readonly schedule: string }
  /** Something outside, such as a provider's webhook, by the name the app gives it. */
  | { readonly by: "outside"; readonly from?: string }
  | { readonly by: "install" };

/** Whether a member may do something here now, and if not, why. */
export type ActionAnswer =
  | { readonly allowed: true }
  | { readonly allowed: false; readonly code: string; readonly reason: string; readonly next?: string };

/** Why a run failed, or waits to be tried again: the shape of a refused call. Contract section 10. */
export type RunFailureAnswer = {
  readonly code: string;
  readonly error: string;
  readonly next: string;
  readonly reference: string;
  readonly provider?: string;
  readonly required_scope?: string;
};

/** One run, as pages show it, together with what the app itself says of it. */
export type RunAnswer<About = unknown> = About & RunFields;

/** What the framework says of a run. */
export type RunFields = {
  readonly run_id: string;
  readonly job: string;
  /** What the job is called. */
  readonly title: string;
  readonly status: RunStatusWord;
  readonly attempt: number;
  readonly created_at: string;
  readonly started_at?: string;
  readonly finished_at?: string;
  /** When it starts or goes on, where it waits; `error` says for what, where it was a failure that may pass. */
  readonly waits_until?: string;
  readonly cause?: RunCauseAnswer;
  readonly progress?: { readonly done: number; readonly total?: number; readonly message?: string };
  readonly error?: RunFailureAnswer;
  readonly actions: { readonly retry: ActionAnswer; readonly cancel: ActionAnswer };
};

/** Something a run sent of which nobody knows whether it happened; a person looks, and says. */
export type OpenEffectAnswer = { readonly effect_key: string; readonly description: string };

/** One run with what a person has to look at. */
export type RunDetailAnswer<About = unknown> = RunAnswer<About> & {
  readonly open_effects: readonly OpenEffectAnswer[];
};

/** A page of runs, newest first. */
export type RunListAnswer<About = unknown> = {
  readonly data: readonly RunAnswer<About>[];
  /** Give it as `after` for the next page; absent on the last one. */
  readonly next?: string;
};

/** A schedule of a job and its next tick. */
export type ScheduleAnswer = {
  readonly schedule: string;
  readonly cron: string;
  readonly time_zone: string;
  readonly next_at?: string;
};

/** How one job stands in this installation. */
export type JobAnswer<About = unknown> = {
  readonly job: string;
  readonly title: string;
  readonly counts: Readonly<Record<RunStatusWord, number>>;
  /** The run that works, is due, or waits for its next try; not one that was put off and has not begun. */
  readonly active_run?: RunAnswer<About>;
  /** The newest run that has ended. */
  readonly last_run?: RunAnswer<About>;
  readonly schedules: readonly ScheduleAnswer[];
  /** Absent for a job that is not started from a page. */
  readonly start?: ActionAnswer;
};

/** What the framework's route for jobs answers. */
export type JobsAnswer<About = unknown> = {
  readonly jobs: readonly JobAnswer<About>[];
  /** How many days a run is kept after it has ended. */
  readonly kept_days: number;
};
