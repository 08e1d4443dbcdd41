/** How far the outbox and the schedules were dealt with. */
import { optionalNumber, type StoreTools } from "./stored-run.ts";

/** The part of the store that keeps one event, and one tick, from being dealt with twice. */
export function createMarks({ sql, commit }: StoreTools) {
  return {
    /** Inside a transaction: true the first time it is called for an outbox row. */
    takeOutboxRow: (outboxId: number): boolean =>
      Number(sql("INSERT OR IGNORE INTO job_relayed (outbox_id) VALUES (?)").run(outboxId).changes) === 1,

    /** Forgets outbox rows once they are marked as delivered. */
    forgetOutboxRows: (upTo: number): Promise<void> =>
      commit.run(() => {
        sql("DELETE FROM job_relayed WHERE outbox_id <= ?").run(upTo);
      }),

    lastTick: (schedule: string): number | undefined =>
      optionalNumber(sql("SELECT last_tick FROM job_schedules WHERE name = ?").get(schedule)?.["last_tick"]),

    /** Inside a transaction: remembers the last tick that was dealt with. */
    rememberTick: (schedule: string, tick: number): void => {
      sql(
        `INSERT INTO job_schedules (name, last_tick) VALUES (?, ?)
          ON CONFLICT (name) DO UPDATE SET last_tick = max(last_tick, excluded.last_tick)`,
      ).run(schedule, tick);
    },
  };
}
