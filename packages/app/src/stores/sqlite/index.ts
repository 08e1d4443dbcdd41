/**
 * The embedded store: one SQLite file through `node:sqlite`, one connection, one
 * way to run a transaction. Several processes on one file are correct: every write
 * decides inside `BEGIN IMMEDIATE`, and unique constraints say what may exist once.
 * May touch the file and nothing else.
 *
 * Implements the storage half of contract section 5; statements are plain SQL,
 * each prepared once (docs/decisions says why there is no query builder here).
 */

import type { Log } from "../../log/index.ts";
import type { CrashPoint } from "../../process/crash-point.ts";
import type { Applied, EventToApply, Store, StoreHealth } from "../interface.ts";
import { StoreUnavailable } from "../interface.ts";
import { outcomeOf } from "../outcomes.ts";
import { createAudit } from "./audit.ts";
import { createCalls } from "./calls.ts";
import { type CheckpointLimits, createCheckpoints } from "./checkpoints.ts";
import { commitUnit } from "./commit.ts";
import { type Connection, openConnection } from "./connection.ts";
import { createDocuments } from "./documents.ts";
import { createEffects } from "./effects.ts";
import { createErasure, type Erasure } from "./erasure.ts";
import { applyEvent } from "./events.ts";
import { createInstallations, rememberInstallations } from "./installations.ts";
import { createRetirement } from "./retirement.ts";
import { createRingUse } from "./ring.ts";
import { createRuns } from "./runs.ts";
import { createSecrets } from "./secrets.ts";
import { createLinks, createSessions } from "./sessions.ts";
import { createTransaction, type Transaction } from "./transaction.ts";
import { createWrappedKeys } from "./wrapped-keys.ts";

/**
 * Opens the store of a file, which is made when there is none.
 *
 * @param limits of checkpoints, where they are not the usual ones.
 * @throws StoreVersionError when a newer version wrote the file.
 */
export function openSqliteStore(
  file: string,
  crashPoint: CrashPoint,
  log: Log,
  limits?: CheckpointLimits,
): Store {
  const connection = openConnection(file);
  const checkpoints = createCheckpoints(connection, file, log, limits);
  const transaction = createTransaction(connection, crashPoint, checkpoints.committed);
  const remembered = rememberInstallations(connection);
  const erasure = createErasure(checkpoints, crashPoint, log);
  if (!connection.isLogCut) void erasure.erased();
  return {
    engine: "sqlite",
    apply: (event) => apply(connection, transaction, erasure, event),
    commit: (unit, now) => transaction.run(() => commitUnit(connection, unit, now)).catch(outcomeOf),
    installations: createInstallations(connection, transaction, remembered),
    links: createLinks(connection, transaction, remembered),
    sessions: createSessions(connection, transaction, remembered),
    documents: createDocuments(connection, transaction),
    secrets: createSecrets(connection, transaction, erasure),
    runs: createRuns(connection, transaction),
    effects: createEffects(connection, transaction),
    calls: createCalls(connection, transaction),
    retirement: createRetirement(connection, transaction, erasure),
    ring: createRingUse(connection, transaction),
    audit: createAudit(connection, transaction),
    wrappedKeys: createWrappedKeys(connection, transaction),
    health: (milliseconds) => health(connection, transaction, milliseconds),
    close: async () => {
      transaction.drain();
      await erasure.stop();
      await checkpoints.stop();
      connection.close();
    },
  };
}

async function apply(
  connection: Connection,
  transaction: Transaction,
  erasure: Erasure,
  event: EventToApply,
): Promise<Applied> {
  // Duplicates go this way too: a transaction that writes nothing is not flushed.
  const applied = await transaction.run(() => applyEvent(connection, event));
  // An uninstall that comes again may be the one whose process died between its commit and the erasure.
  if (event.facts.kind === "uninstall" || applied.changes.some(({ change }) => change === "end"))
    await erasure.erased();
  return applied;
}

async function health(
  connection: Connection,
  transaction: Transaction,
  milliseconds: number,
): Promise<StoreHealth> {
  try {
    await transaction.run(() => {
      connection.statement("UPDATE health SET checked = checked + 1").run();
    }, milliseconds);
    return { ok: true };
  } catch (error) {
    return { ok: false, reason: error instanceof StoreUnavailable ? error.reason : "failing" };
  }
}
