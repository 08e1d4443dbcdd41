import { keyBounds } from "../columns.ts";
import type { CollectionAddress, ListDocuments, Store, Unit } from "../interface.ts";
import { ownerText } from "../owner.ts";
import { type Connection, Prepared, type Query } from "./connection.ts";
import type { Transaction } from "./transaction.ts";

const usualLimit = 1000;
const here = "owner = $1 AND collection = $2";
const getSql = new Prepared("get-document", `SELECT value FROM annex.documents WHERE ${here} AND key = $3`);
const deleteSql = `DELETE FROM annex.documents WHERE ${here} AND key = $3`;
const putSql = new Prepared(
  "put-documents",
  `INSERT INTO annex.documents (owner, collection, key, value)
  SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[])
  ON CONFLICT (owner, collection, key) DO UPDATE SET value = excluded.value`,
);
const lockSql = `SELECT pg_advisory_xact_lock(place) FROM
  (SELECT DISTINCT hashtextextended('annex. document ' || place, 0) AS place FROM unnest($1::text[]) AS place
    ORDER BY 1) AS places`;
const inRange = `${here} AND key >= $3 AND key < $4`;
const listAllSql = `SELECT collection, key, value FROM annex.documents
  WHERE owner = $1 AND (collection, key) > ($2::text COLLATE "C", $3::text COLLATE "C")
  ORDER BY collection, key LIMIT $4`;

/** The app's own documents; every statement names whose they are. */
export function createDocuments({ query }: Connection, transaction: Transaction): Store["documents"] {
  return {
    get: (address, key) => read(query, address, key),
    list: (address, options) => list(query, address, options),
    count: async (address, range) => {
      const sql = `SELECT count(*)::int AS entries FROM annex.documents WHERE ${inRange}`;
      return Number((await query(sql, [...located(address), ...keyBounds(range)])).rows[0]?.["entries"]);
    },
    clear: (address, range) =>
      transaction.run(async (held) => {
        const sql = `DELETE FROM annex.documents WHERE ${inRange}`;
        return (await held(sql, [...located(address), ...keyBounds(range)])).count;
      }),
    listAll: async (owner, after, limit) => {
      const values = [ownerText(owner), after?.collection ?? "", after?.key ?? "", limit];
      return (await query(listAllSql, values)).rows.map((row) => ({
        collection: String(row["collection"]),
        key: String(row["key"]),
        text: String(row["value"]),
      }));
    },
  };
}

/** Inside a transaction: whether every document is as it was read, and stays so until the end of it. */
export async function areAsExpected(query: Query, { expected, writes }: Unit): Promise<boolean> {
  if (expected.length === 0) return true;
  const places = [...expected, ...writes].map(({ address, key }) => [...located(address), key].join("\n"));
  await query(lockSql, [places]);
  for (const { address, key, text } of expected) if ((await read(query, address, key)) !== text) return false;
  return true;
}

/** Inside a transaction. Of several writes of one document the last one counts. */
export async function writeDocuments(query: Query, writes: Unit["writes"]): Promise<void> {
  const byPlace = new Map(writes.map((write) => [[...located(write.address), write.key].join("\n"), write]));
  const left = [...byPlace.values()];
  for (const { address, key, text } of left)
    if (text === undefined) await query(deleteSql, [...located(address), key]);
  const put = left.filter(({ text }) => text !== undefined);
  if (put.length === 0) return;
  await query(putSql, [
    put.map(({ address }) => ownerText(address.owner)),
    put.map(({ address }) => address.collection),
    put.map(({ key }) => key),
    put.map(({ text }) => text),
  ]);
}

async function read(query: Query, address: CollectionAddress, key: string): Promise<string | undefined> {
  const value = (await query(getSql, [...located(address), key])).rows[0]?.["value"];
  return typeof value === "string" ? value : undefined;
}

async function list(query: Query, address: CollectionAddress, options: ListDocuments) {
  const { after, limit = usualLimit, descending = false } = options;
  const beyond = after === undefined ? "" : descending ? "AND key < $6" : "AND key > $6";
  const sql = `SELECT key, value FROM annex.documents WHERE ${inRange} ${beyond}
    ORDER BY key ${descending ? "DESC" : "ASC"} LIMIT $5`;
  const values = [...located(address), ...keyBounds(options), limit, ...(after === undefined ? [] : [after])];
  return (await query(sql, values)).rows.map((row) => ({
    key: String(row["key"]),
    text: String(row["value"]),
  }));
}

function located(address: CollectionAddress): [string, string] {
  return [ownerText(address.owner), address.collection];
}
