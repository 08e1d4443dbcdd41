/** Connections to a PostgreSQL server, also behind a pooler that hands out a connection for each transaction. */
import pg from "pg";
import { isLost, unavailable } from "./failures.ts";

/** A row as PostgreSQL gives it; `bigint` columns as numbers, since none holds more than a double can. */
export type Row = Readonly<Record<string, unknown>>;

/** Runs one statement; `annex.` in it stands for the app's schema. */
export type Query = (sql: string, values?: readonly unknown[]) => Promise<Result>;

export type Result = { readonly rows: readonly Row[]; readonly count: number };

export type Connection = {
  readonly schema: string;
  /** A statement of its own. A lost connection is replaced once, so give it nothing that may not be done twice. */
  readonly query: Query;
  /** One connection, for a transaction. */
  hold<Value>(work: (query: Query) => Promise<Value>): Promise<Value>;
  close(): Promise<void>;
};

const int8 = 20;
/** Below Cloud's ten seconds, with room for the answer. */
const statementMilliseconds = 8000;
const connectMilliseconds = 5000;
const mostConnections = 10;

/**
 * Connects when first asked something.
 *
 * @param url `postgres://…`, with everything the driver understands.
 * @param appName names the schema, so that several apps can share a database.
 */
export function openConnection(url: string, appName: string): Connection {
  const schema = schemaOf(appName);
  const pool = new pg.Pool({
    connectionString: url,
    max: mostConnections,
    connectionTimeoutMillis: connectMilliseconds,
    query_timeout: statementMilliseconds,
    keepAlive: true,
    types: { getTypeParser: (oid, format) => (oid === int8 ? Number : pg.types.getTypeParser(oid, format)) },
  });
  // An idle connection that is lost is replaced at the next use; without a listener it would end the process.
  pool.on("error", () => undefined);
  const texts = new Map<string, string>();
  const text = (sql: string) => {
    const known = texts.get(sql);
    if (known !== undefined) return known;
    const own = sql.replaceAll("annex.", `${schema}.`);
    texts.set(sql, own);
    return own;
  };
  const run = async (client: pg.Pool | pg.PoolClient, sql: string, values: readonly unknown[] = []) => {
    const { rows, rowCount } = await client.query(text(sql), [...values]);
    return { rows: rows as readonly Row[], count: rowCount ?? 0 };
  };
  return {
    schema,
    query: async (sql, values) => {
      try {
        return await run(pool, sql, values).catch((error: unknown) => {
          if (isLost(error)) return run(pool, sql, values);
          throw error;
        });
      } catch (error) {
        throw unavailable(error);
      }
    },
    hold: async (work) => {
      const client = await pool.connect();
      let broken: Error | undefined;
      const onError = (error: Error) => {
        broken = error;
      };
      client.on("error", onError);
      try {
        return await work((sql, values) => run(client, sql, values));
      } catch (error) {
        if (isLost(error)) broken ??= error as Error;
        throw error;
      } finally {
        client.off("error", onError);
        client.release(broken);
      }
    },
    close: () => pool.end(),
  };
}

/** Letters, digits and `_`, as a schema's name may be without quotes. */
export function schemaOf(appName: string): string {
  return `annex_${appName.toLowerCase().replaceAll(/[^a-z0-9]/g, "_")}`.slice(0, 63);
}
