/**
 * What arrives in one turn of the event loop shares one transaction, and every
 * answer waits for its commit. A flush to disk costs twenty times what a row
 * costs, so under load this alone is worth four to six times the throughput; a
 * lone event waits for nothing but its own turn.
 */
import type { CrashPoint } from "../../crash-point.ts";
import type { Connection } from "./connection.ts";

export type SharedCommit = {
  /**
   * Runs `work` inside the next transaction; resolves with its value once that is
   * durable. `work` must be synchronous, and may be run twice: when another member
   * of the group fails, the group is rolled back and played again, each member for
   * itself.
   */
  run<Value>(work: () => Value): Promise<Value>;
  /** Commits what waits. */
  drain(): void;
};

type Member = {
  readonly work: () => unknown;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
};

type Outcome = { readonly value: unknown } | { readonly error: unknown };

/** A shared commit on one connection; there must be one only for a connection. */
export function createSharedCommit(connection: Connection, crashPoint: CrashPoint): SharedCommit {
  let waiting: Member[] = [];

  const flush = () => {
    const group = waiting;
    waiting = [];
    if (group.length === 0) return;
    const outcomes = commitGroup(connection, group, crashPoint);
    crashPoint("after-commit");
    for (const [index, member] of group.entries()) settle(member, outcomes[index]);
  };

  return {
    run: <Value>(work: () => Value) =>
      new Promise<Value>((resolve, reject) => {
        waiting.push({ work, resolve: resolve as (value: unknown) => void, reject });
        // After the turn's input has been read, so that all of it is in the group.
        if (waiting.length === 1) setImmediate(flush);
      }),
    drain: flush,
  };
}

function settle(member: Member, outcome: Outcome | undefined): void {
  if (outcome !== undefined && "value" in outcome) member.resolve(outcome.value);
  else member.reject(outcome?.error);
}

function commitGroup(
  connection: Connection,
  group: readonly Member[],
  crashPoint: CrashPoint,
): readonly Outcome[] {
  try {
    return transaction(connection, crashPoint, () => group.map((member) => ({ value: member.work() })));
  } catch (error) {
    if (group.length === 1) return [{ error }];
  }
  return commitApart(connection, group, crashPoint);
}

/** One transaction still, with each member behind a savepoint of its own: who fails takes nobody along. */
function commitApart(
  connection: Connection,
  group: readonly Member[],
  crashPoint: CrashPoint,
): readonly Outcome[] {
  try {
    return transaction(connection, crashPoint, () => group.map((member) => runApart(connection, member)));
  } catch (error) {
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
