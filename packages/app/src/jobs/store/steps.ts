/** What a running run keeps on its way, under its fence: results of steps, and progress. */
import { type Owner, optionalText, type StoreTools } from "./stored-run.ts";

const ownsSql = "SELECT 1 AS one FROM job_runs WHERE run_number = ? AND fence = ? AND status = 'running'";
const progressedSql = `UPDATE job_runs SET failures = 0, crashes = 0
  WHERE run_number = ? AND fence = ? AND status = 'running'`;
const saveStepSql = "INSERT INTO job_steps (run_number, name, result, finished_at) VALUES (?, ?, ?, ?)";
const saveProgressSql = `UPDATE job_runs SET progress = ?
  WHERE run_number = ? AND fence = ? AND status = 'running'`;

/** The part of the store that an execution writes to. */
export function createSteps({ sql, commit }: StoreTools) {
  return {
    /** Whether the holder of this fence still holds the run. */
    owns: ({ runNumber, fence }: Owner): boolean => sql(ownsSql).get(runNumber, fence) !== undefined,

    /** Keeps a step's result and starts the count of failures anew; false when the fence is not the run's any more. */
    saveStep: (owner: Owner, name: string, result: string | undefined, now: number): Promise<boolean> =>
      commit.run(() => {
        const { changes } = sql(progressedSql).run(owner.runNumber, owner.fence);
        if (Number(changes) === 0) return false;
        sql(saveStepSql).run(owner.runNumber, name, result ?? null, now);
        return true;
      }),

    /** Results of the finished steps, by name. */
    finishedSteps: (runNumber: number): ReadonlyMap<string, string | undefined> => {
      const rows = sql("SELECT name, result FROM job_steps WHERE run_number = ?").all(runNumber);
      return new Map(rows.map((row) => [String(row["name"]), optionalText(row["result"])]));
    },

    saveProgress: ({ runNumber, fence }: Owner, progress: string): Promise<void> =>
      commit.run(() => {
        sql(saveProgressSql).run(progress, runNumber, fence);
      }),
  };
}
