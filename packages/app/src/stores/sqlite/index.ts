/**
 * The embedded store: one SQLite file through `node:sqlite`. Several processes on
 * one file are correct: every write decides inside `BEGIN IMMEDIATE`, and unique
 * constraints say what may exist once. May touch the file and nothing else.
 *
 * Implements the storage half of contract section 5; statements are plain SQL,
 * each prepared once (docs/decisions says why there is no query builder here).
 */
import type { CrashPoint } from "../../crash-point.ts";
import type { Log } from "../../log/index.ts";
import type { Applied, EventToApply, Store } from "../interface.ts";
import { type Connection, openConnection } from "./connection.ts";
import { createDocuments } from "./documents.ts";
import { createErasure, type Erasure } from "./erasure.ts";
import { applyEvent } from "./events.ts";
import { createInstallations, rememberInstallations } from "./installations.ts";
import { createOutbox } from "./outbox.ts";
import { createLinks, createSessions, forgetExpired } from "./sessions.ts";
import { createSharedCommit, type SharedCommit } from "./shared-commit.ts";

/** Opens the store of a file, which is made when there is none. */
export function openSqliteStore(file: string, crashPoint: CrashPoint, log: Log): Store {
  const connection = openConnection(file);
  const commit = createSharedCommit(connection, crashPoint);
  const ofGeneration = rememberInstallations(connection);
  const erasure = createErasure(connection, crashPoint, log);
  return {
    databaseFile: file,
    apply: (event) => apply(connection, commit, erasure, event),
    installations: createInstallations(connection, ofGeneration),
    links: createLinks(connection, commit, ofGeneration),
    sessions: createSessions(connection, commit, ofGeneration),
    forgetExpired: (before) => forgetExpired(connection, commit, before),
    outbox: createOutbox(connection, commit),
    documents: createDocuments(connection, commit),
    healthy: async () => answers(connection),
    close: async () => {
      commit.drain();
      await erasure.settled();
      connection.close();
    },
  };
}

async function apply(
  connection: Connection,
  commit: SharedCommit,
  erasure: Erasure,
  event: EventToApply,
): Promise<Applied> {
  // Duplicates go this way too: a transaction that writes nothing is not flushed.
  const applied = await commit.run(() => applyEvent(connection, event));
  if (applied.changes.some((change) => change.change === "end")) {
    await erasure.erased();
  }
  return applied;
}

function answers(connection: Connection): boolean {
  try {
    connection.statement("SELECT outbox_id FROM outbox LIMIT 1").get();
    return true;
  } catch {
    // Why it does not answer is in the log of whatever is tried next; here only whether.
    return false;
  }
}
