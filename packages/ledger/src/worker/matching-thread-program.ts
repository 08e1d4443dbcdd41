/** Matching on a thread of its own: what runs on the thread. It gets all rows, and gives what it finds some at a time. */
import { parentPort, workerData } from "node:worker_threads";
import {
  type ExternalRow,
  type Findings,
  findingsOf,
  type InternalRow,
  inParts,
  type ReconciliationPlan,
  type RowMatches,
  reconciled,
} from "../rules/reconciling.ts";

/** What the thread starts with. */
export type MatchingPlan = ReconciliationPlan;

/** What the thread is told: rows of either side, that these were all, and that an answer has been dealt with. */
export type MatchingRequest =
  | { readonly kind: "external"; readonly rows: readonly ExternalRow[] }
  | { readonly kind: "internal"; readonly rows: readonly InternalRow[] }
  | { readonly kind: "find" }
  | { readonly kind: "next" };

/** What it tells: some of what it found, and that this was all. */
export type MatchingAnswer = Findings | "all";

/** So many matches are kept in one commit. */
const matchesAtOnce = 1_000;
/** So many answers may wait to be dealt with: more would but pile up. */
const answersAhead = 2;

const externals: ExternalRow[] = [];
const internals: InternalRow[] = [];
let ahead = 0;
let goOn = (): void => {};

async function tell(findings: Findings): Promise<void> {
  for (const part of inParts(findings, matchesAtOnce)) {
    while (ahead >= answersAhead) {
      const { promise, resolve } = Promise.withResolvers<void>();
      goOn = resolve;
      await promise;
    }
    ahead++;
    parentPort?.postMessage(part satisfies MatchingAnswer);
  }
}

async function find(): Promise<void> {
  let some: RowMatches[] = [];
  let size = 0;
  for (const found of reconciled(workerData as MatchingPlan, externals, internals)) {
    some.push(found);
    size += Math.max(1, found.matches.length);
    if (size < matchesAtOnce) continue;
    await tell(findingsOf(some));
    [some, size] = [[], 0];
  }
  await tell(findingsOf(some));
  parentPort?.postMessage("all" satisfies MatchingAnswer);
  parentPort?.close();
}

parentPort?.on("message", (request: MatchingRequest) => {
  switch (request.kind) {
    case "external":
      for (const row of request.rows) externals.push(row);
      return;
    case "internal":
      for (const row of request.rows) internals.push(row);
      return;
    case "find":
      void find();
      return;
    case "next":
      ahead--;
      goOn();
  }
});
