/** What is sent to Cloud, noted before it is sent, until it is known what came of it. */
import { entryOfEffect } from "../../audit/of-runs.ts";
import { workOfRun, workText } from "../columns.ts";
import type { EffectStore } from "../interface.ts";
import { toEffect } from "../rows.ts";
import { addEntries } from "./audit.ts";
import { holdsCall } from "./calls.ts";
import type { Connection } from "./connection.ts";
import { holds } from "./steps.ts";
import type { Transaction } from "./transaction.ts";

const columns = "effect_id, effect, noted_at, result, seen";
const findSql = `SELECT ${columns} FROM annex.effects WHERE work = $1 AND effect_id = $2`;
const noteSql = `INSERT INTO annex.effects (work, effect_id, effect, noted_at) VALUES ($1, $2, $3, $4)
  ON CONFLICT (work, effect_id) DO UPDATE SET effect = excluded.effect, noted_at = excluded.noted_at, seen = NULL`;
const settleSql = "UPDATE annex.effects SET result = $1 WHERE work = $2 AND effect_id = $3";
const forgetSql = "DELETE FROM annex.effects WHERE work = $1 AND effect_id = $2";
const openSql = `SELECT ${columns} FROM annex.effects
  WHERE work = $1 AND result IS NULL ORDER BY noted_at`;
const answerSql = "UPDATE annex.effects SET seen = $1 WHERE work = $2 AND effect_id = $3 AND result IS NULL";

export function createEffects({ query }: Connection, transaction: Transaction): EffectStore {
  return {
    find: async (work, effectId) => {
      const row = (await query(findSql, [workText(work), effectId])).rows[0];
      return row === undefined ? undefined : toEffect(row);
    },
    note: (work, effectId, effect, now) =>
      transaction.run(async (held) => {
        const isHeld = work.of === "run" ? holds(held, work.holder) : holdsCall(held, work.holder);
        if (!(await isHeld)) return false;
        await held(noteSql, [workText(work), effectId, effect, now]);
        return true;
      }),
    settle: async (work, effectId, result) => {
      await query(settleSql, [result, workText(work), effectId]);
    },
    forget: async (work, effectId) => {
      await query(forgetSql, [workText(work), effectId]);
    },
    open: async (runNumber) => (await query(openSql, [workOfRun(runNumber)])).rows.map(toEffect),
    answer: (run, effectId, seen, now, actor) =>
      transaction.run(async (held) => {
        const isOpen = (await held(answerSql, [seen, workOfRun(run.runNumber), effectId])).count > 0;
        if (isOpen) addEntries(held, [entryOfEffect(run, effectId, seen, actor, now)]);
        return isOpen;
      }),
  };
}
