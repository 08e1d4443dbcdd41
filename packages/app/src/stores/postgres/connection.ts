/** Connections to a PostgreSQL server, also behind a pooler that hands out a connection for each transaction. */
import type { Writable } from "node:stream";
import pg from "pg";
import type { Row } from "../rows.ts";
import { isLost, isTimeout, isUnprepared, unavailable } from "./failures.ts";
import { createPlans } from "./plans.ts";
import { isPast, left, rest, usualDeadline } from "./waiting.ts";

/**
 * A statement that is carried out again and again. The server reads and plans it once for a connection, which for the
 * claim of a few runs is twice the work of carrying it out.
 */
export class Prepared {
  readonly sql: string;
  readonly name: string;
  /** @param name tells it from every other one */
  constructor(name: string, sql: string) {
    this.name = name;
    this.sql = sql;
  }
}

/**
 * Runs one statement; `annex.` in it stands for the app's schema. What is asked before the last answer has come goes
 * to the server at once, and is carried out in its order: several statements make one way there and back.
 */
export type Query = (sql: string | Prepared, values?: readonly unknown[]) => Promise<Result>;

export type Result = { readonly rows: readonly Row[]; readonly count: number };

export type Connection = {
  readonly schema: string;
  /**
   * A statement of its own. While the server can't be reached it is tried again, so give it nothing that may not be
   * done twice.
   *
   * @throws StoreUnavailable when it could not be done in time.
   */
  readonly query: (sql: string | Prepared, values?: readonly unknown[], deadline?: number) => Promise<Result>;
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
    pipeline: true,
    types: { getTypeParser: (oid, format) => (oid === int8 ? Number : pg.types.getTypeParser(oid, format)) },
  });
  // An idle connection that is lost is replaced at the next use; without a listener it would end the process.
  pool.on("error", () => undefined);
  // One that is lost in the moment between the pool's listener and that of who uses it; its first statement tells then.
  pool.on("connect", (client) => client.on("error", () => undefined));
  const plans = createPlans();
  const texts = new Map<Prepared, string>();
  const inSchema = (sql: string) => sql.replaceAll("annex.", `${schema}.`);
  const textOf = (statement: Prepared) => {
    const text = texts.get(statement) ?? inSchema(statement.sql);
    texts.set(statement, text);
    return text;
  };
  const run = async (
    client: pg.PoolClient,
    sql: string | Prepared,
    values: readonly unknown[],
    deadline: number,
  ): Promise<Result> => {
    const isPrepared = sql instanceof Prepared;
    // The driver knows the time limit of a single statement; its types don't.
    const config = {
      text: isPrepared ? textOf(sql) : inSchema(sql),
      ...(isPrepared && plans.areKept(client) ? { name: sql.name } : {}),
      values: [...values],
      query_timeout: left(deadline),
    };
    sendTogether(client);
    try {
      const { rows, rowCount } = await client.query(config);
      return { rows: rows as readonly Row[], count: rowCount ?? 0 };
    } catch (error) {
      if (isUnprepared(error)) plans.giveUp();
      throw error;
    }
  };
  const hold: Connection["hold"] = async (deadline, work) => {
    const client = await pool.connect();
    let broken: Error | undefined;
    const onError = (error: Error) => {
      broken = error;
    };
    client.on("error", onError);
    try {
      await plans.begin(client, deadline);
      return await work((sql, values = []) => run(client, sql, values, deadline));
    } catch (error) {
      if (isLost(error) || isTimeout(error)) broken ??= error as Error;
      throw error;
    } finally {
      client.off("error", onError);
      client.release(broken);
    }
  };
  return {
    schema,
    query: async (sql, values = [], deadline = usualDeadline()) => {
      for (let tries = 1; ; tries += 1) {
        try {
          return await hold(deadline, (query) => query(sql, values));
        } catch (error) {
          if (!(isLost(error) || isUnprepared(error)) || isPast(deadline)) throw unavailable(error);
          await rest(tries);
        }
      }
    },
    hold,
    close: () => pool.end(),
  };
}

/** What is asked in one turn goes out in one write: the server's process is woken once for it. */
function sendTogether(client: pg.PoolClient): void {
  // The driver's own field; its types don't have it.
  const { stream } = (client as unknown as { readonly connection: { readonly stream: Writable } }).connection;
  if (stream.writableCorked > 0) return;
  stream.cork();
  process.nextTick(() => stream.uncork());
}

/** Letters, digits and `_`, as a schema's name may be without quotes. */
export function schemaOf(appName: string): string {
  return `annex_${appName.toLowerCase().replaceAll(/[^a-z0-9]/g, "_")}`.slice(0, 63);
}
