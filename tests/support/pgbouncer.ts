/**
 * A pooler in front of a PostgreSQL server, handing out a connection for each transaction: the program `pgbouncer`,
 * from `ANNEX_PGBOUNCER` or the path. Debian's package of that name brings it; without it, tests behind a pooler are
 * left out and say so.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir, userInfo } from "node:os";
import { delimiter, join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { freePort } from "../../packages/cli/src/apps/free-port.ts";

/** The program; nothing where there is none. */
export function findPgbouncer(): string | undefined {
  const given = process.env["ANNEX_PGBOUNCER"];
  if (given !== undefined) return given;
  const folders = [...(process.env["PATH"] ?? "").split(delimiter), "/usr/sbin"];
  return folders.map((folder) => join(folder, "pgbouncer")).find((file) => existsSync(file));
}

export type Pgbouncer = {
  /** The address of a database behind it. */
  addressOf(database: string): string;
  stop(): Promise<void>;
};

/** So few that clients have to share them. */
const connectionsToServer = 4;

export async function startPgbouncer(program: string, serverPort: number): Promise<Pgbouncer> {
  const directory = await mkdtemp(join(tmpdir(), "annex-pgbouncer-"));
  await chmod(directory, 0o777);
  const port = await freePort(0);
  const file = join(directory, "pgbouncer.ini");
  await writeFile(
    file,
    `[databases]
* = host=127.0.0.1 port=${serverPort} user=postgres password=password
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = ${connectionsToServer}
max_client_conn = 500
${userInfo().uid === 0 ? "user = postgres" : ""}
`,
  );
  const child = spawn(program, ["--quiet", file], { stdio: "ignore" });
  await reachable(child, port);
  return {
    addressOf: (database) => `postgres://postgres:password@127.0.0.1:${port}/${database}`,
    stop: async () => {
      const ended = once(child, "exit");
      child.kill("SIGKILL");
      await ended;
      await rm(directory, { recursive: true, force: true });
    },
  };
}

async function reachable(child: ChildProcess, port: number): Promise<void> {
  for (;;) {
    if (child.exitCode !== null) throw new Error(`pgbouncer ended with ${child.exitCode}.`);
    const socket = connect(port, "127.0.0.1");
    const answer = await Promise.race([
      once(socket, "connect").then(() => true),
      once(socket, "error").then(() => false),
    ]).catch(() => false);
    socket.destroy();
    if (answer) return;
    await pause(20);
  }
}
