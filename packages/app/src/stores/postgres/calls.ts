/** Portal calls that came with a key, filed among the effects of their work under an empty effect id. */
import { workOfCall } from "../columns.ts";
import type { CallHolder, CallStore } from "../interface.ts";
import { toCall } from "../rows.ts";
import type { Query } from "./connection.ts";
import type { Transaction } from "./transaction.ts";

const fileSql = `INSERT INTO annex.effects (work, effect_id, effect, noted_at) VALUES ($1, '', $2, $3)
  ON CONFLICT (work, effect_id) DO NOTHING`;
const findSql = "SELECT effect, result FROM annex.effects WHERE work = $1 AND effect_id = ''";
const held = "WHERE work = $1 AND effect_id = '' AND effect = $2 AND result IS NULL";
// Until the note beside it is written, nobody else can take the call over.
const holdsSql = `SELECT 1 AS one FROM annex.effects ${held} FOR SHARE`;
const passSql = `UPDATE annex.effects SET effect = $3 ${held}`;
const concludeSql = `UPDATE annex.effects SET result = $3 ${held}`;

export function createCalls(transaction: Transaction): CallStore {
  const change = (sql: string, value: string, holder: CallHolder) =>
    transaction.run(
      async (inside) => (await inside(sql, [workOfCall(holder), holder.holding, value])).count > 0,
    );
  return {
    begin: (holder, now) =>
      transaction.run(async (inside) => {
        if ((await inside(fileSql, [workOfCall(holder), holder.holding, now])).count > 0) return undefined;
        const row = (await inside(findSql, [workOfCall(holder)])).rows[0];
        return toCall(row ?? {});
      }),
    find: (address) =>
      transaction.run(async (inside) => {
        const [row] = (await inside(findSql, [workOfCall(address)])).rows;
        return row === undefined ? undefined : toCall(row);
      }),
    pass: (holder, to) => change(passSql, to, holder),
    conclude: (holder, answer) => change(concludeSql, answer, holder),
  };
}

/** Inside a transaction: whether the holder still holds the call. */
export async function holdsCall(inside: Query, holder: CallHolder): Promise<boolean> {
  return (await inside(holdsSql, [workOfCall(holder), holder.holding])).rows.length > 0;
}
