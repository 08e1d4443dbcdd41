/**
 * The other engine: a PostgreSQL server by URL, through a small pool. Several ledgers may stand on one
 * server at once; what keeps them apart is in the SQL (row locks, versions, unique references), never here.
 *
 * A server may end connections at any moment (a restart, an operator, a proxy). No call hangs on one that is gone,
 * and none takes it for success or failure: a lost commit is `outcomeUnknown`, and whoever gave it asks the database.
 */
import { Pool, type PoolClient } from "pg";
import {
  DatabaseError,
  type QueryOptions,
  refuseIllFormed,
  type SqlDatabase,
  type SqlRow,
  type TransactionalDatabase,
} from "./database.ts";
import { fromServer, type Moment } from "./server-errors.ts";
import { readerOf } from "./values.ts";

/** How a server is used. */
export interface ServerOptions {
  /** How many connections at most. */
  readonly connections?: number;
  /** How long a statement waits for somebody else's lock. */
  readonly lockMilliseconds?: number;
}

const statementMilliseconds = 60_000;
/** Beyond what the server grants a statement, nobody is at the other end. */
const answerMilliseconds = statementMilliseconds + 10_000;
const connectMilliseconds = 10_000;

/**
 * Opens a PostgreSQL server.
 *
 * @param url `postgres://user:password@host:port/database`
 * @throws DatabaseError `unreachable` when the server can't be reached, its own refusal when it lets nobody in.
 */
export async function openServerDatabase(
  url: string,
  { connections = 8, lockMilliseconds = 3000 }: ServerOptions = {},
): Promise<TransactionalDatabase> {
  const pool = new Pool({
    connectionString: url,
    max: connections,
    connectionTimeoutMillis: connectMilliseconds,
    keepAlive: true,
    application_name: "annex-ledger",
    lock_timeout: lockMilliseconds,
    statement_timeout: statementMilliseconds,
    options: "-c TimeZone=UTC",
    types: { getTypeParser: readerOf as never },
  });
  // A connection that ends while nobody uses it is no news: the pool opens another one when it needs it.
  pool.on("error", () => {});
  // And one that ends while somebody does tells him so; the event alone must not end the process.
  pool.on("connect", (client) => client.on("error", () => {}));
  const database = server(pool);
  try {
    await database.query("SELECT 1", []);
    return database;
  } catch (error) {
    await pool.end();
    throw error;
  }
}

/** Names of statements that are kept prepared, alike on all connections. */
function createNames(): (sql: string) => string | undefined {
  const mostKept = 256;
  const names = new Map<string, string>();
  return (sql) => {
    const known = names.get(sql);
    if (known !== undefined || names.size >= mostKept) return known;
    const name = `kept_${names.size}`;
    names.set(sql, name);
    return name;
  };
}

type Send = (
  client: PoolClient,
  sql: string,
  parameters: readonly unknown[],
  options?: QueryOptions,
) => Promise<{ readonly rows: readonly SqlRow[]; readonly command: string }>;

function createSend(): Send {
  const nameOf = createNames();
  return async (client, text, parameters, options) => {
    const name = options?.planAnew === true ? undefined : nameOf(text);
    const values = [...parameters];
    const query = {
      text,
      values,
      query_timeout: answerMilliseconds,
      ...(name === undefined ? {} : { name }),
    };
    return client.query<Record<string, unknown>>(query);
  };
}

/** Lends a connection; one that broke is not given back. */
async function withConnection<T>(pool: Pool, work: (client: PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect().catch((error: unknown) => {
    throw fromServer(error, "before");
  });
  let broken = true;
  try {
    const result = await work(client);
    broken = false;
    return result;
  } catch (error) {
    broken = !(error instanceof DatabaseError) || error.isConnectionLost;
    throw error;
  } finally {
    client.release(broken);
  }
}

function server(pool: Pool): TransactionalDatabase {
  const send = createSend();

  function queryOn(client: PoolClient, moment: Moment): SqlDatabase {
    return {
      async query(sql, parameters, options) {
        refuseIllFormed(parameters);
        try {
          return (await send(client, sql, parameters, options)).rows;
        } catch (error) {
          throw fromServer(error, moment);
        }
      },
    };
  }

  async function runTransaction<T>(
    client: PoolClient,
    work: (transaction: SqlDatabase) => Promise<T>,
  ): Promise<T> {
    await command(client, "BEGIN", "before");
    try {
      // Until COMMIT is sent, a lost connection undoes everything.
      const result = await work(queryOn(client, "before"));
      if ((await command(client, "COMMIT", "during")) === "COMMIT") return result;
      throw new DatabaseError("a failed transaction can't be committed", "25P02", undefined, undefined);
    } catch (error) {
      if (!(error instanceof DatabaseError && error.isConnectionLost))
        await command(client, "ROLLBACK", "before");
      throw error;
    }
  }

  async function command(
    client: PoolClient,
    sql: "BEGIN" | "COMMIT" | "ROLLBACK",
    moment: Moment,
  ): Promise<string> {
    try {
      return (await client.query({ text: sql, query_timeout: answerMilliseconds } as { text: string }))
        .command;
    } catch (error) {
      throw fromServer(error, moment);
    }
  }

  return {
    query: (sql, parameters, options) =>
      withConnection(pool, (client) => queryOn(client, "during").query(sql, parameters, options)),
    transaction: (work) => withConnection(pool, (client) => runTransaction(client, work)),
    execute: (sql) =>
      withConnection(pool, async (client) => {
        try {
          await client.query(sql);
        } catch (error) {
          throw fromServer(error, "during");
        }
      }),
    close: () => pool.end(),
  };
}
