import { keyBounds } from "../columns.ts";
import type { CollectionAddress, ListDocuments, Store, Unit } from "../interface.ts";
import { ownerText } from "../owner.ts";
import type { Connection } from "./connection.ts";
import type { Transaction } from "./transaction.ts";

const usualLimit = 1000;
const here = "owner = ? AND collection = ?";
const getSql = `SELECT value FROM documents WHERE ${here} AND key = ?`;
const deleteSql = `DELETE FROM documents WHERE ${here} AND key = ?`;
const putSql = `INSERT INTO documents (owner, collection, key, value) VALUES (?, ?, ?, ?)
  ON CONFLICT (owner, collection, key) DO UPDATE SET value = excluded.value`;
const inRange = `${here} AND key >= ? AND key < ?`;
/** SQLite seeks by one bound of a kind and walks past what another one leaves out: each page would walk all before it. */
const pageOf = {
  first: "key >= ?3 AND key < ?4",
  ascending: "key >= max(?3, ?6) AND key < ?4 AND key <> ?6",
  descending: "key >= ?3 AND key < min(?4, ?6)",
};
const listAllSql = `SELECT collection, key, value FROM documents
  WHERE owner = ? AND (collection, key) > (?, ?) ORDER BY collection, key LIMIT ?`;

/** The app's own documents; every statement names whose they are. */
export function createDocuments(connection: Connection, transaction: Transaction): Store["documents"] {
  const sql = connection.statement;
  return {
    get: async (address, key) => read(connection, address, key),
    list: async (address, options) => list(connection, address, options),
    count: async (address, range) => {
      const row = sql(`SELECT count(*) AS entries FROM documents WHERE ${inRange}`).get(
        ...located(address),
        ...keyBounds(range),
      );
      return Number(row?.["entries"]);
    },
    clear: (address, range) =>
      transaction.run(() =>
        Number(
          sql(`DELETE FROM documents WHERE ${inRange}`).run(...located(address), ...keyBounds(range)).changes,
        ),
      ),
    listAll: async (owner, after, limit) =>
      sql(listAllSql)
        .all(ownerText(owner), after?.collection ?? "", after?.key ?? "", limit)
        .map((row) => ({
          collection: String(row["collection"]),
          key: String(row["key"]),
          text: String(row["value"]),
        })),
  };
}

/** Inside a transaction: whether every document is as it was read. */
export function areAsExpected(connection: Connection, expected: Unit["expected"]): boolean {
  return expected.every(({ address, key, text }) => read(connection, address, key) === text);
}

/** Inside a transaction. */
export function writeDocuments(connection: Connection, writes: Unit["writes"]): void {
  for (const { address, key, text } of writes) {
    if (text === undefined) connection.statement(deleteSql).run(...located(address), key);
    else connection.statement(putSql).run(...located(address), key, text);
  }
}

function read(connection: Connection, address: CollectionAddress, key: string): string | undefined {
  const value = connection.statement(getSql).get(...located(address), key)?.["value"];
  return typeof value === "string" ? value : undefined;
}

function list(connection: Connection, address: CollectionAddress, options: ListDocuments) {
  const { after, limit = usualLimit, descending = false } = options;
  const page = pageOf[after === undefined ? "first" : descending ? "descending" : "ascending"];
  const sql = `SELECT key, value FROM documents WHERE owner = ?1 AND collection = ?2 AND ${page}
    ORDER BY key ${descending ? "DESC" : "ASC"} LIMIT ?5`;
  return connection
    .statement(sql)
    .all(...located(address), ...keyBounds(options), limit, ...(after === undefined ? [] : [after]))
    .map((row) => ({ key: String(row["key"]), text: String(row["value"]) }));
}

function located(address: CollectionAddress): [string, string] {
  return [ownerText(address.owner), address.collection];
}
