/** Documents, runs that start and a step's result, together or not at all. Runs inside a transaction. */
import type { Committed, Unit } from "../interface.ts";
import { NotCommitted } from "../outcomes.ts";
import type { Query } from "./connection.ts";
import { areAsExpected, writeDocuments } from "./documents.ts";
import { startRuns } from "./starts.ts";
import { saveStep } from "./steps.ts";

/** @throws NotCommitted when nothing of the unit may stay; give it to `outcomeOf`. */
export async function commitUnit(query: Query, unit: Unit, now: number): Promise<Committed> {
  if (!(await areAsExpected(query, unit))) return { outcome: "conflict" };
  if (unit.step !== undefined && !(await saveStep(query, unit.step, now))) return { outcome: "lost" };
  const starts = await startRuns(query, unit.runs, now);
  const reused = starts.indexOf("key-reused");
  if (reused >= 0) throw new NotCommitted({ outcome: "key-reused", key: unit.runs[reused]?.key?.text ?? "" });
  const runs = starts.map((started) => (typeof started === "string" ? undefined : started));
  await writeDocuments(query, unit.writes);
  return { outcome: "committed", runs };
}
