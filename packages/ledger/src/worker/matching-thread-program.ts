/** Matching on a thread of its own: what runs on the thread. It gets all rows, and gives what it finds some at a time. */
import { parentPort, workerData } from "node:worker_threads";
import {
  type ExternalRow,
  type Findings,
  findingsOf,
  type InternalRow,
  type ReconciliationPlan,
  type RowMatches,
  reconciled,
} from "../rules/reconciling.ts";

/** What the thread starts with. */
export type MatchingPlan = ReconciliationPlan;

/** What the thread is told: rows of either side, and that these were all. */
export type MatchingRequest =
  | { readonly kind: "external"; readonly rows: readonly ExternalRow[] }
  | { readonly kind: "internal"; readonly rows: readonly InternalRow[] }
  | { readonly kind: "find" };

/** What it tells: some of what it found, and that this was all. */
export type MatchingAnswer = Findings | "all";

/** So many matches are kept in one commit. */
const matchesAtOnce = 250;

const externals: ExternalRow[] = [];
const internals: InternalRow[] = [];

function tell(answer: MatchingAnswer): void {
  parentPort?.postMessage(answer);
}

function find(): void {
  let some: RowMatches[] = [];
  let size = 0;
  for (const found of reconciled(workerData as MatchingPlan, externals, internals)) {
    some.push(found);
    size += Math.max(1, found.matches.length);
    if (size < matchesAtOnce) continue;
    tell(findingsOf(some));
    [some, size] = [[], 0];
  }
  tell(findingsOf(some));
  tell("all");
  parentPort?.close();
}

parentPort?.on("message", (request: MatchingRequest) => {
  if (request.kind === "find") return find();
  if (request.kind === "external") for (const row of request.rows) externals.push(row);
  else for (const row of request.rows) internals.push(row);
});
