/** Portal calls that came with a key, filed among the effects of their work under an empty effect id. */
import { workOfCall } from "../columns.ts";
import type { CallHolder, CallStore } from "../interface.ts";
import { toCall } from "../rows.ts";
import type { Connection } from "./connection.ts";
import type { Transaction } from "./transaction.ts";

const fileSql = `INSERT INTO effects (work, effect_id, effect, noted_at) VALUES (?, '', ?, ?)
  ON CONFLICT (work, effect_id) DO NOTHING`;
const findSql = "SELECT effect, result FROM effects WHERE work = ? AND effect_id = ''";
const held = "WHERE work = ? AND effect_id = '' AND effect = ? AND result IS NULL";
const holdsSql = `SELECT 1 AS one FROM effects ${held}`;
const passSql = `UPDATE effects SET effect = ? ${held}`;
const concludeSql = `UPDATE effects SET result = ? ${held}`;

export function createCalls(connection: Connection, transaction: Transaction): CallStore {
  const sql = connection.statement;
  const change = (text: string, value: string, holder: CallHolder) =>
    transaction.run(() => Number(sql(text).run(value, workOfCall(holder), holder.holding).changes) > 0);
  return {
    begin: (holder, now) =>
      transaction.run(() => {
        if (Number(sql(fileSql).run(workOfCall(holder), holder.holding, now).changes) > 0) return undefined;
        const row = sql(findSql).get(workOfCall(holder));
        return toCall(row ?? {});
      }),
    find: async (address) => {
      const row = sql(findSql).get(workOfCall(address));
      return row === undefined ? undefined : toCall(row);
    },
    pass: (holder, to) => change(passSql, to, holder),
    conclude: (holder, answer) => change(concludeSql, answer, holder),
  };
}

/** Inside a transaction or not: whether the holder still holds the call. */
export function holdsCall(connection: Connection, holder: CallHolder): boolean {
  return connection.statement(holdsSql).get(workOfCall(holder), holder.holding) !== undefined;
}
