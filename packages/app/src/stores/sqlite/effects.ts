/** What is sent to Cloud, noted before it is sent, until it is known what came of it. */
import { entryOfEffect } from "../../audit/of-runs.ts";
import { workOfRun, workText } from "../columns.ts";
import type { EffectStore } from "../interface.ts";
import { toEffect } from "../rows.ts";
import { addEntry } from "./audit.ts";
import { holdsCall } from "./calls.ts";
import type { Connection } from "./connection.ts";
import { holds } from "./steps.ts";
import type { Transaction } from "./transaction.ts";

const columns = "effect_id, effect, noted_at, result, seen";
const findSql = `SELECT ${columns} FROM effects WHERE work = ? AND effect_id = ?`;
const noteSql = `INSERT INTO effects (work, effect_id, effect, noted_at) VALUES (?, ?, ?, ?)
  ON CONFLICT (work, effect_id) DO UPDATE SET effect = excluded.effect, noted_at = excluded.noted_at, seen = NULL`;
const settleSql = "UPDATE effects SET result = ? WHERE work = ? AND effect_id = ?";
const openSql = `SELECT ${columns} FROM effects WHERE work = ? AND result IS NULL ORDER BY noted_at`;
const answerSql = "UPDATE effects SET seen = ? WHERE work = ? AND effect_id = ? AND result IS NULL";

export function createEffects(connection: Connection, transaction: Transaction): EffectStore {
  const sql = connection.statement;
  return {
    find: async (work, effectId) => {
      const row = sql(findSql).get(workText(work), effectId);
      return row === undefined ? undefined : toEffect(row);
    },
    note: (work, effectId, effect, now) =>
      transaction.run(() => {
        const held = work.of === "run" ? holds(connection, work.holder) : holdsCall(connection, work.holder);
        if (!held) return false;
        sql(noteSql).run(workText(work), effectId, effect, now);
        return true;
      }),
    settle: (work, effectId, result) =>
      transaction.run(() => {
        sql(settleSql).run(result, workText(work), effectId);
      }),
    forget: (work, effectId) =>
      transaction.run(() => {
        sql("DELETE FROM effects WHERE work = ? AND effect_id = ?").run(workText(work), effectId);
      }),
    open: async (runNumber) => sql(openSql).all(workOfRun(runNumber)).map(toEffect),
    answer: (run, effectId, seen, now, actor) =>
      transaction.run(() => {
        const isOpen = Number(sql(answerSql).run(seen, workOfRun(run.runNumber), effectId).changes) > 0;
        if (isOpen) addEntry(connection, entryOfEffect(run, effectId, seen, actor, now));
        return isOpen;
      }),
  };
}
