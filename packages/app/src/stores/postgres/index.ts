/**
 * The store on a PostgreSQL server, for any number of replicas. What arrives together shares a transaction; replicas
 * take turns by advisory locks that end with it, so a pooler that hands out connections by transaction is fine. May
 * touch the server and nothing else. The same files as in `../sqlite`, which is for one machine.
 *
 * Implements the storage half of contract section 5. A commit is durable as the server is configured to make it;
 * nothing here weakens it.
 */
import type { CrashPoint } from "../../process/crash-point.ts";
import type { Applied, EventToApply, Store, StoreHealth } from "../interface.ts";
import { StoreUnavailable } from "../interface.ts";
import { outcomeOf } from "../outcomes.ts";
import { createAudit } from "./audit.ts";
import { createBatching } from "./batching.ts";
import { createCalls } from "./calls.ts";
import { type ServerClock, serverClock } from "./claims.ts";
import { commitUnit } from "./commit.ts";
import { type Connection, openConnection } from "./connection.ts";
import { createDocuments } from "./documents.ts";
import { createEffects } from "./effects.ts";
import { applyEvents } from "./events.ts";
import { isContended, unavailable } from "./failures.ts";
import { createInstallations } from "./installations.ts";
import { createOrder } from "./order.ts";
import { createRetirement } from "./retirement.ts";
import { createRingUse } from "./ring.ts";
import { createRuns } from "./runs.ts";
import { migrate } from "./schema.ts";
import { createSecrets } from "./secrets.ts";
import { createLinks, createSessions } from "./sessions.ts";
import { createTransaction, type Transaction } from "./transaction.ts";
import { usualDeadline } from "./waiting.ts";
import { createWrappedKeys } from "./wrapped-keys.ts";

/** Events of one transaction, and transactions at once; more of either made installs no faster. */
const eventsAtOnce = { atOnce: 2, most: 100 };

/**
 * Opens the store of an app on a server and makes its tables what this version wants.
 *
 * @param clockOfServer in place of the server's, where the clock of the app is not the machine's either.
 * @throws StoreVersionError when a newer version wrote them; StoreUnavailable when the server can't be reached.
 */
export async function openPostgresStore(
  url: string,
  appName: string,
  crashPoint: CrashPoint,
  clockOfServer: ServerClock = serverClock,
): Promise<Store> {
  const connection = openConnection(url, appName);
  try {
    // Once, and said at once if it fails: who opens the store waits, and says that he does.
    await connection.hold(usualDeadline(), (query) => query("SELECT"));
    await migrate(connection);
  } catch (error) {
    await connection.close();
    throw unavailable(error);
  }
  const transaction = createTransaction(connection, crashPoint);
  const order = createOrder();
  const apply = createBatching<EventToApply, Outcome>(
    (events, deadline) => applyTogether(transaction, events, deadline),
    eventsAtOnce,
  );
  const installations = createInstallations(connection, transaction);
  return {
    engine: "postgres",
    apply: async (event) => {
      const outcome = await order.writing(apply(event));
      if ("applied" in outcome) return outcome.applied;
      throw outcome.error;
    },
    commit: (unit, now) =>
      order.writing(transaction.run((query) => commitUnit(query, unit, now))).catch(outcomeOf),
    installations,
    links: createLinks(connection, installations.find),
    sessions: createSessions(connection),
    documents: createDocuments(connection, transaction),
    secrets: createSecrets(connection, transaction),
    runs: createRuns(connection, transaction, order, clockOfServer),
    effects: createEffects(connection, transaction),
    calls: createCalls(transaction),
    retirement: createRetirement(connection, transaction),
    ring: createRingUse(connection),
    audit: createAudit(connection, transaction),
    wrappedKeys: createWrappedKeys(connection, transaction),
    health: (milliseconds) => health(connection, milliseconds),
    close: () => connection.close(),
  };
}

type Outcome = { readonly applied: Applied } | { readonly error: unknown };

/** When one of them fails, each is tried for itself: who fails takes nobody along. */
async function applyTogether(
  transaction: Transaction,
  events: readonly EventToApply[],
  deadline: number,
): Promise<readonly Outcome[]> {
  try {
    const applied = await transaction.run((query) => applyEvents(query, events), deadline);
    return applied.map((each) => ({ applied: each }));
  } catch (error) {
    if (events.length === 1 || error instanceof StoreUnavailable) return events.map(() => ({ error }));
    if (isContended(error)) return events.map(() => ({ error }));
  }
  const outcomes: Outcome[] = [];
  for (const event of events) outcomes.push(...(await applyTogether(transaction, [event], deadline)));
  return outcomes;
}

async function health(connection: Connection, milliseconds: number): Promise<StoreHealth> {
  const late = Promise.withResolvers<StoreHealth>();
  const timer = setTimeout(() => late.resolve({ ok: false, reason: "busy" }), milliseconds);
  const written = connection
    .query("UPDATE annex.health SET checked = checked + 1", [], performance.now() + milliseconds)
    .then((): StoreHealth => ({ ok: true }))
    .catch((error: unknown): StoreHealth => {
      return { ok: false, reason: error instanceof StoreUnavailable ? error.reason : "failing" };
    });
  try {
    return await Promise.race([written, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
