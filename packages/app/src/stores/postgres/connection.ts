/** Connections to a PostgreSQL server, also behind a pooler that hands out a connection for each transaction. */
import pg from "pg";
import type { Row } from "../rows.ts";
import { isLost, isTimeout, unavailable } from "./failures.ts";
import { isPast, left, rest, usualDeadline } from "./waiting.ts";

/** Runs one statement; `annex.` in it stands for the app's schema. */
export type Query = (sql: string, values?: readonly unknown[]) => Promise<Result>;

export type Result = { readonly rows: readonly Row[]; readonly count: number };

export type Connection = {
  readonly schema: string;
  /**
   * A statement of its own. While the server can't be reached it is tried again, so give it nothing that may not be
   * done twice.
   *
   * @throws StoreUnavailable when it could not be done in time.
   */
  readonly query: (sql: string, values?: readonly unknown[], deadline?: number) => Promise<Result>;
  /** One connection, for a transaction. One that was lost, or did not answer in time, is not used again. */
  hold<Value>(deadline: number, work: (query: Query) => Promise<Value>): Promise<Value>;
  close(): Promise<void>;
};

const int8 = 20;
const connectMilliseconds = 3000;
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
    keepAlive: true,
    types: { getTypeParser: (oid, format) => (oid === int8 ? Number : pg.types.getTypeParser(oid, format)) },
  });
  // An idle connection that is lost is replaced at the next use; without a listener it would end the process.
  pool.on("error", () => undefined);
  const text = (sql: string) => sql.replaceAll("annex.", `${schema}.`);
  const run = async (
    client: pg.Pool | pg.PoolClient,
    sql: string,
    values: readonly unknown[],
    deadline: number,
  ) => {
    // The driver knows the time limit of a single statement; its types don't.
    const config = { text: text(sql), values: [...values], query_timeout: left(deadline) };
    const { rows, rowCount } = await client.query(config);
    return { rows: rows as readonly Row[], count: rowCount ?? 0 };
  };
  return {
    schema,
    query: async (sql, values = [], deadline = usualDeadline()) => {
      for (let tries = 1; ; tries += 1) {
        try {
          return await run(pool, sql, values, deadline);
        } catch (error) {
          if (!isLost(error) || isPast(deadline)) throw unavailable(error);
          await rest(tries);
        }
      }
    },
    hold: async (deadline, work) => {
      const client = await pool.connect();
      let broken: Error | undefined;
      const onError = (error: Error) => {
        broken = error;
      };
      client.on("error", onError);
      try {
        return await work((sql, values = []) => run(client, sql, values, deadline));
      } catch (error) {
        if (isLost(error) || isTimeout(error)) broken ??= error as Error;
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
