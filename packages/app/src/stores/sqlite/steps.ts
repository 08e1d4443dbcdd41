/** What a running run keeps on its way, under its fence: results of steps, and progress. */
import type { FinishedStep } from "../interface.ts";
import { optionalText } from "../rows.ts";
import type { RunHolder, RunStore } from "../runs.ts";
import type { Connection } from "./connection.ts";
import type { Transaction } from "./transaction.ts";

const ownsSql = "SELECT 1 AS one FROM runs WHERE run_number = ? AND fence = ? AND status = 'running'";
const progressedSql = `UPDATE runs SET failures = 0, crashes = 0
  WHERE run_number = ? AND fence = ? AND status = 'running'`;
const saveStepSql = "INSERT INTO steps (run_number, name, result, finished_at) VALUES (?, ?, ?, ?)";
const saveProgressSql =
  "UPDATE runs SET progress = ? WHERE run_number = ? AND fence = ? AND status = 'running'";

export function createSteps(
  connection: Connection,
  transaction: Transaction,
): Pick<RunStore, "owns" | "finishedSteps" | "saveProgress"> {
  const sql = connection.statement;
  return {
    owns: async (holder) => holds(connection, holder),
    finishedSteps: async (runNumber) => {
      const rows = sql("SELECT name, result FROM steps WHERE run_number = ?").all(runNumber);
      return new Map(rows.map((row) => [String(row["name"]), optionalText(row["result"])]));
    },
    saveProgress: ({ runNumber, fence }, progress) =>
      transaction.run(() => {
        sql(saveProgressSql).run(progress, runNumber, fence);
      }),
  };
}

/** Inside a transaction or not: whether the holder of this fence still holds the run. */
export function holds(connection: Connection, { runNumber, fence }: RunHolder): boolean {
  return connection.statement(ownsSql).get(runNumber, fence) !== undefined;
}

/** Inside a transaction: keeps a step's result and starts the count of failures anew; false when the fence is lost. */
export function saveStep(
  connection: Connection,
  { holder, name, result }: FinishedStep,
  now: number,
): boolean {
  const { changes } = connection.statement(progressedSql).run(holder.runNumber, holder.fence);
  if (Number(changes) === 0) return false;
  connection.statement(saveStepSql).run(holder.runNumber, name, result ?? null, now);
  return true;
}
