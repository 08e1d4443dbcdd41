/** Starts and kills the victim, and speaks to it as Cloud would. */
import { spawn } from "node:child_process";
import { resolve } from "node:path";
import { readyUrl } from "../support/ready-url.ts";

export type VictimOptions = {
  readonly directory: string;
  /** What `ANNEX_DATABASE` is. */
  readonly database: string;
  readonly port: number;
  /** Where it is to kill itself: `<crash point>:<nth time>`. */
  readonly crashAt?: string;
  /** Where it tells what its steps do. */
  readonly receiver: string;
  /** The name of the machine that it takes itself to be on; this one's unless given. */
  readonly host?: string;
  /** When its schedule ticks: cron, with seconds. Never unless given. */
  readonly schedule?: string;
};

export type Victim = {
  readonly url: string;
  readonly port: number;
  /** Resolves when the process has ended, however. */
  readonly ended: Promise<void>;
  kill(): void;
  /** Asks it to end. */
  end(): void;
};

/** The secret in its two URLs; any will do, as nobody else reaches this port. */
const capability = "kill-rounds-kill-rounds-kill-rounds";

/** Given, since a database on a server has no folder beside it that a ring could be made in. */
const keyRing = `kills:${Buffer.alloc(32, 9).toString("base64")}`;

export async function startVictim(options: VictimOptions): Promise<Victim> {
  const { directory, database, port, receiver, host, schedule, crashAt } = options;
  const inThisFolder = (name: string) => resolve(import.meta.dirname, name);
  const elsewhere = host === undefined ? [] : ["--import", inThisFolder("host-name.mjs")];
  const child = spawn(process.execPath, [...elsewhere, inThisFolder("victim.ts")], {
    env: {
      ...process.env,
      NODE_ENV: "development",
      PORT: String(port),
      ANNEX_DATABASE: database,
      ANNEX_LOG: resolve(directory, "victim.log"),
      ANNEX_CALLBACK_SECRET: capability,
      ANNEX_KEY_RING: keyRing,
      KILLS_RECEIVER: receiver,
      ...(host === undefined ? {} : { KILLS_HOST: host }),
      ...(schedule === undefined ? {} : { KILLS_SCHEDULE: schedule }),
      ...(crashAt === undefined ? {} : { ANNEX_CRASH_AT: crashAt }),
    },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = new Promise<void>((done) => child.once("exit", () => done()));
  const base = await Promise.race([readyUrl(child), ended.then(() => undefined)]);
  const url = base ?? `http://localhost:${port}`;
  return {
    url: `${url}/cloud/${capability}`,
    port: Number(new URL(url).port),
    ended,
    kill: () => void child.kill("SIGKILL"),
    end: () => void child.kill("SIGTERM"),
  };
}

/** What Cloud learnt: an answer, or nothing (the process was gone, or died before it answered). */
export type Outcome = { readonly status: number; readonly body: Record<string, unknown> } | "no answer";

export async function knock(victim: Victim, door: "callback" | "portal", body: unknown): Promise<Outcome> {
  try {
    const response = await fetch(`${victim.url}/${door}`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  } catch {
    return "no answer";
  }
}
