/**
 * Runs and their finished steps in SQLite, on a connection of the jobs' own to the app's file. Every write shares its
 * commit with what else arrives in the same turn, and every write to a running run names the fence it holds.
 */
import type { Connection } from "../../stores/sqlite/connection.ts";
import type { SharedCommit } from "../../stores/sqlite/shared-commit.ts";
import { createHistory } from "./history.ts";
import { createLeaseStore } from "./leases.ts";
import { createMarks } from "./marks.ts";
import { createSteps } from "./steps.ts";
import { createWork } from "./work.ts";

export type { ClaimRequest, Ending, NewRun, StoredRun } from "./stored-run.ts";

/** Makes the store over a connection whose tables exist. */
export function createRunStore(connection: Connection, commit: SharedCommit) {
  const tools = { sql: (text: string) => connection.statement(text), commit };
  return {
    ...createWork(tools),
    ...createSteps(tools),
    ...createLeaseStore(tools),
    ...createHistory(tools),
    ...createMarks(tools),

    transaction: commit.run,

    /** Commits what waits and closes the connection. */
    close: (): void => {
      commit.drain();
      connection.close();
    },
  };
}

export type RunStore = ReturnType<typeof createRunStore>;
