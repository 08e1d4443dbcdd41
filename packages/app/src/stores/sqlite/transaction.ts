/**
 * The one way to run a transaction here. What arrives in one turn of the event
 * loop shares one, and every answer waits for its commit. A flush to disk costs
 * twenty times what a row costs, so under load this alone is worth four to six
 * times the throughput; a lone event waits for nothing but its own turn.
 *
 * Another process that holds the write lock is waited for without blocking the
 * event loop, and not longer than a member may wait.
 */
import type { CrashPoint } from "../../process/crash-point.ts";
import { StoreUnavailable } from "../interface.ts";
import type { Connection } from "./connection.ts";
import { isBusy, unavailable } from "./failures.ts";

export type Transaction = {
  /**
   * Runs `work` inside the next transaction; resolves with its value once that is
   * durable. `work` must be synchronous, and may be run twice: when another member
   * of the group fails, the group is rolled back and played again, each member for
   * itself.
   *
   * @throws StoreUnavailable when the database can't be written; nothing was then.
   */
  run<Value>(work: () => Value, mostMilliseconds?: number): Promise<Value>;
  /** Commits what waits. */
  drain(): void;
};

type Member = {
  readonly work: () => unknown;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
  /** On the process's own clock, which never jumps. */
  readonly until: number;
};

type Outcome = { readonly value: unknown } | { readonly error: unknown };

/** Below Cloud's ten seconds, with room for the answer. */
const usualWait = 8000;
const retryMilliseconds = 20;

/**
 * The transactions of one connection; there must be one only for a connection.
 *
 * @param committed called after each commit.
 */
export function createTransaction(
  connection: Connection,
  crashPoint: CrashPoint,
  committed: () => void = () => undefined,
): Transaction {
  let waiting: Member[] = [];
  const flush = () => {
    const group = waiting;
    waiting = [];
    if (group.length === 0) return;
    const outcomes = commitGroup(connection, group, crashPoint);
    if (outcomes === "busy") return retry(group);
    crashPoint("after-commit");
    for (const [index, member] of group.entries()) settle(member, outcomes[index]);
    committed();
  };
  const retry = (group: readonly Member[]) => {
    const now = performance.now();
    for (const member of group) {
      if (member.until <= now) member.reject(busyFor());
      else waiting.push(member);
    }
    if (waiting.length > 0) setTimeout(flush, retryMilliseconds);
  };
  return {
    run: <Value>(work: () => Value, mostMilliseconds = usualWait) =>
      new Promise<Value>((resolve, reject) => {
        const until = performance.now() + mostMilliseconds;
        waiting.push({ work, resolve: resolve as (value: unknown) => void, reject, until });
        // After the turn's input has been read, so that all of it is in the group.
        if (waiting.length === 1) setImmediate(flush);
      }),
    drain: flush,
  };
}

function busyFor(): StoreUnavailable {
  return new StoreUnavailable("busy", "Another process holds the database file; nothing was changed.");
}

function settle(member: Member, outcome: Outcome | undefined): void {
  if (outcome !== undefined && "value" in outcome) member.resolve(outcome.value);
  else member.reject(unavailable(outcome?.error));
}

function commitGroup(
  connection: Connection,
  group: readonly Member[],
  crashPoint: CrashPoint,
): readonly Outcome[] | "busy" {
  try {
    return transaction(connection, crashPoint, () => group.map((member) => ({ value: member.work() })));
  } catch (error) {
    if (isBusy(error)) return "busy";
    if (group.length === 1) return [{ error }];
  }
  return commitApart(connection, group, crashPoint);
}

/** One transaction still, with each member behind a savepoint of its own: who fails takes nobody along. */
function commitApart(
  connection: Connection,
  group: readonly Member[],
  crashPoint: CrashPoint,
): readonly Outcome[] | "busy" {
  try {
    return transaction(connection, crashPoint, () => group.map((member) => runApart(connection, member)));
  } catch (error) {
    if (isBusy(error)) return "busy";
    return group.map(() => ({ error }));
  }
}

function runApart(connection: Connection, member: Member): Outcome {
  connection.statement("SAVEPOINT member").run();
  try {
    return { value: member.work() };
  } catch (error) {
    connection.statement("ROLLBACK TO member").run();
    return { error };
  } finally {
    connection.statement("RELEASE member").run();
  }
}

// IMMEDIATE: what the members read must still be true when they write, with a second process on the file too.
function transaction<Value>(connection: Connection, crashPoint: CrashPoint, work: () => Value): Value {
  connection.statement("BEGIN IMMEDIATE").run();
  try {
    const value = work();
    crashPoint("before-commit");
    connection.statement("COMMIT").run();
    return value;
  } catch (error) {
    if (connection.database.isTransaction) connection.statement("ROLLBACK").run();
    throw error;
  }
}
