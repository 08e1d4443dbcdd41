/**
 * The other engine: a PostgreSQL server by URL, through a small pool. Several ledgers may stand on one
 * server at once; what keeps them apart is in the SQL (row locks, versions, unique references), never here.
 */
import postgres from "postgres";
import {
  asDatabaseError,
  refuseIllFormed,
  type SqlDatabase,
  type TransactionalDatabase,
} from "./database.ts";

const asText = { serialize: String, parse: (value: string): string => value };

const textTypes = {
  bigint: { to: 20, from: [20], ...asText },
  numeric: { to: 1700, from: [1700], ...asText },
  date: { to: 1082, from: [1082, 1114, 1184], ...asText },
};

/**
 * Opens a PostgreSQL server.
 *
 * @param url `postgres://user:password@host:port/database`
 * @throws DatabaseError or the client's error when the server can't be reached.
 */
export async function openServerDatabase(url: string): Promise<TransactionalDatabase> {
  const pool = postgres(url, {
    max: 8,
    onnotice: () => {},
    types: textTypes,
    connection: { TimeZone: "UTC", application_name: "annex-ledger", lock_timeout: 3000 },
  });
  try {
    await pool.unsafe("SELECT 1");
  } catch (error) {
    await pool.end({ timeout: 1 });
    throw asDatabaseError(error);
  }
  return server(pool);
}

type Runner = Pick<postgres.Sql, "unsafe">;

function queryOn(runner: Runner): SqlDatabase {
  return {
    async query(sql, parameters, options) {
      refuseIllFormed(parameters);
      try {
        return await runner.unsafe(sql, [...parameters] as postgres.ParameterOrJSON<never>[], {
          prepare: options?.planAnew !== true,
        });
      } catch (error) {
        throw asDatabaseError(error);
      }
    },
  };
}

function server(pool: postgres.Sql): TransactionalDatabase {
  return {
    ...queryOn(pool),
    async transaction<T>(work: (transaction: SqlDatabase) => Promise<T>): Promise<T> {
      try {
        const holder = await pool.begin(async (transaction) => ({ value: await work(queryOn(transaction)) }));
        return holder.value;
      } catch (error) {
        throw asDatabaseError(error);
      }
    },
    async execute(sql) {
      const connection = await pool.reserve();
      try {
        await connection.unsafe(sql);
      } catch (error) {
        throw asDatabaseError(error);
      } finally {
        connection.release();
      }
    },
    async close() {
      await pool.end({ timeout: 5 });
    },
  };
}
