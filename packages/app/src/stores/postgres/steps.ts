/** What a running run keeps on its way, under its fence: results of steps, and progress. */
import type { FinishedStep } from "../interface.ts";
import { optionalText } from "../rows.ts";
import type { RunHolder, RunStore } from "../runs.ts";
import { createBatching } from "./batching.ts";
import { type Connection, Prepared, type Query } from "./connection.ts";

const ownsSql = "SELECT 1 AS one FROM annex.runs WHERE run_number = $1 AND fence = $2 AND status = 'running'";
const fencesSql = new Prepared(
  "fences",
  "SELECT run_number, fence FROM annex.runs WHERE run_number = ANY($1) AND status = 'running'",
);
const saveStepSql = new Prepared(
  "save-step",
  `WITH progressed AS (UPDATE annex.runs SET failures = 0, crashes = 0
    WHERE run_number = $1 AND fence = $2 AND status = 'running' RETURNING run_number)
  INSERT INTO annex.steps (run_number, name, result, finished_at)
  SELECT run_number, $3::text, $4::text, $5::bigint FROM progressed`,
);
const saveProgressSql = `UPDATE annex.runs SET progress = $1
  WHERE run_number = $2 AND fence = $3 AND status = 'running'`;

const readsAtOnce = { atOnce: 4, most: 200 };

export function createSteps({
  query,
}: Connection): Pick<RunStore, "owns" | "finishedSteps" | "saveProgress"> {
  return {
    owns: createBatching<RunHolder, boolean>(async (holders, deadline) => {
      const numbers = holders.map(({ runNumber }) => runNumber);
      const { rows } = await query(fencesSql, [numbers], deadline);
      const fences = new Map(rows.map((row) => [Number(row["run_number"]), Number(row["fence"])]));
      return holders.map(({ runNumber, fence }) => fences.get(runNumber) === fence);
    }, readsAtOnce),
    finishedSteps: async (runNumber) => {
      const { rows } = await query("SELECT name, result FROM annex.steps WHERE run_number = $1", [runNumber]);
      return new Map(rows.map((row) => [String(row["name"]), optionalText(row["result"])]));
    },
    saveProgress: async ({ runNumber, fence }, progress) => {
      await query(saveProgressSql, [progress, runNumber, fence]);
    },
  };
}

/** Inside a transaction: whether the holder of this fence still holds the run. */
export async function holds(query: Query, { runNumber, fence }: RunHolder): Promise<boolean> {
  return (await query(ownsSql, [runNumber, fence])).rows.length > 0;
}

/** Inside a transaction: keeps a step's result and starts the count of failures anew; false when the fence is lost. */
export async function saveStep(query: Query, step: FinishedStep, now: number): Promise<boolean> {
  const { holder, name, result } = step;
  const values = [holder.runNumber, holder.fence, name, result ?? null, now];
  return (await query(saveStepSql, values)).count > 0;
}
