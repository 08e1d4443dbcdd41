/** Starts one of the servers on a new database, and measures its start and its memory. */
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readyUrl } from "../../../tests/support/ready-url.ts";
import { buildServers } from "./built.ts";
import { capability } from "./events.ts";

export type ServerName = "annex" | "express" | "bare" | "group-commit" | "express-postgres";

/** What every server seals keys by, so that several can work on one database. */
export const keyRing = `bench:${Buffer.alloc(32, 7).toString("base64")}`;

export type RunningServer = {
  readonly port: number;
  readonly spawnedAt: number;
  readonly database: string;
  /** Resident memory now, in MB. */
  memory(): number;
  end(): Promise<void>;
};

const entries: Readonly<Record<ServerName, string>> = {
  annex: "framework.js",
  express: "comparators/express.js",
  bare: "comparators/bare.js",
  "group-commit": "comparators/group-commit.js",
  "express-postgres": "comparators/express-postgres.js",
};

let scripts: string | undefined;

/** @param options a database that is there already, in place of a new file */
export async function startServer(
  name: ServerName,
  options: { readonly database?: string } = {},
): Promise<RunningServer> {
  scripts ??= buildServers();
  const directory = mkdtempSync(join(tmpdir(), `annex-bench-${name}-`));
  const database = options.database ?? join(directory, "bench.db");
  const spawnedAt = performance.now();
  const child = spawn(process.execPath, [join(scripts, entries[name])], {
    env: {
      ...process.env,
      PORT: "0",
      NODE_ENV: "development",
      ANNEX_DATABASE: database,
      ANNEX_LOG: join(directory, "bench.log"),
      ANNEX_CALLBACK_SECRET: capability,
      ANNEX_KEY_RING: keyRing,
    },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const port = Number(new URL(await readyUrl(child)).port);
  const end = async () => {
    const ended = new Promise<void>((done) => child.once("exit", () => done()));
    child.kill("SIGKILL");
    await ended;
    rmSync(directory, { recursive: true, force: true });
  };
  return { port, spawnedAt, database, memory: () => residentMegabytes(child.pid ?? 0), end };
}

/** From the process file system; elsewhere there is no figure. */
function residentMegabytes(pid: number): number {
  try {
    const kilobytes = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
    return Number(kilobytes) / 1024;
  } catch {
    return Number.NaN;
  }
}
