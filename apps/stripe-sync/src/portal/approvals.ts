/**
 * How the correction of a finding goes. An approval holds for as long as its run does: whatever ended the run, the
 * member finds the button again, and beside it why nothing was posted.
 */
import type { InstallationJobs, JobFailure, JobRun } from "@annex/app";
import { type Books, booksName } from "../mapping/books.ts";
import type { FailureJson, KeptFindingJson } from "../portal-types.ts";
import { isActive } from "../runs.ts";
import type { CorrectInput, CorrectJob } from "../sync/correct-job.ts";

const runsAtOnce = 200;

/** Whether the posting that a member approved is under way. */
export async function isBeingPosted(
  jobs: InstallationJobs,
  correct: CorrectJob,
  books: Books,
  findingId: string,
): Promise<boolean> {
  const run = (await newestRuns(jobs, correct, books, new Set([findingId]))).get(findingId);
  return run !== undefined && isActive(run);
}

/** Findings, those with a correction that was approved together with what became of it. */
export async function withCorrectionRuns(
  jobs: InstallationJobs,
  correct: CorrectJob,
  books: Books,
  findings: readonly KeptFindingJson[],
): Promise<readonly KeptFindingJson[]> {
  const approved = new Set(findings.filter(isApproved).map(({ id }) => id));
  if (approved.size === 0) return findings;
  const runs = await newestRuns(jobs, correct, books, approved);
  return findings.map((finding) => (isApproved(finding) ? withRun(finding, runs.get(finding.id)) : finding));
}

function isApproved({ status, approved_at: at }: KeptFindingJson): boolean {
  return at !== undefined && status !== "resolved";
}

/**
 * Of each finding the correction that was started last. Findings of two accounts may have one id: those about a currency,
 * or an object that both know. A run that an earlier version started names no books, and counts for any.
 */
async function newestRuns(
  jobs: InstallationJobs,
  { name: job }: CorrectJob,
  books: Books,
  findingIds: ReadonlySet<string>,
): Promise<ReadonlyMap<string, JobRun>> {
  const found = new Map<string, JobRun>();
  let after: string | undefined;
  for (;;) {
    const page = await jobs.list({ job, limit: runsAtOnce, ...(after === undefined ? {} : { after }) });
    for (const run of page) {
      const { findingId, books: of = books } = run.input as CorrectInput;
      if (booksName(of) !== booksName(books)) continue;
      if (findingIds.has(findingId) && !found.has(findingId)) found.set(findingId, run);
    }
    after = page.at(-1)?.runId;
    if (found.size === findingIds.size || page.length < runsAtOnce) return found;
  }
}

function withRun(finding: KeptFindingJson, run: JobRun | undefined): KeptFindingJson {
  const error = run?.error === undefined ? {} : { correction_error: failureJson(run.error) };
  if (run !== undefined && isActive(run)) {
    const { waitsUntil } = run;
    const goesOn = waitsUntil === undefined ? {} : { correction_goes_on_at: waitsUntil.toISOString() };
    return { ...finding, ...error, ...goesOn };
  }
  const { approved_at: _at, approved_by: _by, ...unapproved } = finding;
  return { ...unapproved, ...error };
}

function failureJson({ code, whatHappened, whatToDo, reference, provider }: JobFailure): FailureJson {
  return {
    code,
    error: whatHappened,
    next: whatToDo,
    reference,
    ...(provider === undefined ? {} : { provider }),
  };
}
