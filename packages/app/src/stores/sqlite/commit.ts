/** Documents, runs that start and a step's result, together or not at all. Runs inside a transaction. */
import type { Committed, RunStarted, Unit } from "../interface.ts";
import { NotCommitted } from "../outcomes.ts";
import type { Connection } from "./connection.ts";
import { areAsExpected, writeDocuments } from "./documents.ts";
import { insertRun } from "./runs.ts";
import { saveStep } from "./steps.ts";

/** @throws NotCommitted when nothing of the unit may stay; give it to `outcomeOf`. */
export function commitUnit(connection: Connection, unit: Unit, now: number): Committed {
  if (!areAsExpected(connection, unit.expected)) return { outcome: "conflict" };
  if (unit.step !== undefined && !saveStep(connection, unit.step, now)) return { outcome: "lost" };
  const runs = unit.runs.map((run): RunStarted | undefined => {
    const inserted = insertRun(connection, run, now);
    if (inserted === "key-reused")
      throw new NotCommitted({ outcome: "key-reused", key: run.key?.text ?? "" });
    return inserted === "under-way" ? undefined : inserted;
  });
  writeDocuments(connection, unit.writes);
  return { outcome: "committed", runs };
}
