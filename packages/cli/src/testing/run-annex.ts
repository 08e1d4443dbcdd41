/** The command as a user runs it, in a process of its own, for tests. */
import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const ownCommand = fileURLToPath(new URL("../../bin/annex.mjs", import.meta.url));

/** What a command said and how it ended. */
export type Ended = { readonly code: number | null; readonly output: string; readonly errors: string };

type Where = {
  readonly directory?: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** An installed command instead of this repository's. */
  readonly command?: string;
  /** Another Node than the one that runs this. */
  readonly node?: string;
};

/** Runs a command to its end. */
export async function runAnnex(args: readonly string[], where: Where = {}): Promise<Ended> {
  const child = start(args, where);
  return ended(child);
}

export type RunningCommand = {
  /** The line that starts with `ready `, without that word. */
  readonly ready: string;
  readonly process: ChildProcess;
  /** Ends it as Ctrl-C does. */
  stop(): Promise<Ended>;
  readonly ended: Promise<Ended>;
};

/** Starts a command that goes on, and resolves when it is ready. @throws Error with what it said when it ends first. */
export async function startAnnex(args: readonly string[], where: Where = {}): Promise<RunningCommand> {
  const child = start(args, where);
  const end = ended(child);
  const ready = new Promise<string>((resolve) => {
    if (child.stdout === null) return;
    createInterface({ input: child.stdout }).on("line", (line) => {
      if (line.startsWith("ready ")) resolve(line.slice("ready ".length));
    });
  });
  const first = await Promise.race([ready, end]);
  if (typeof first !== "string") throw new Error(`Ended with code ${first.code}: ${first.errors}`);
  const stop = () => {
    child.kill("SIGINT");
    return end;
  };
  return { ready: first, process: child, ended: end, stop };
}

/** Starts a command that prints no `ready` line and goes on until it is stopped. */
export function spawnAnnex(args: readonly string[], where: Where = {}) {
  const child = start(args, where);
  let output = "";
  child.stdout?.on("data", (chunk) => {
    output += String(chunk);
  });
  const end = ended(child);
  return {
    output: () => output,
    /** Ends it as Ctrl-C does; gives its exit code. */
    stop: async () => {
      child.kill("SIGINT");
      return (await end).code;
    },
  };
}

function start(
  args: readonly string[],
  { directory, environment, command = ownCommand, node = process.execPath }: Where,
): ChildProcess {
  return spawn(node, [command, ...args], {
    cwd: directory ?? process.cwd(),
    env: { ...process.env, NODE_ENV: "", ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
}

function ended(child: ChildProcess): Promise<Ended> {
  let output = "";
  let errors = "";
  child.stdout?.on("data", (chunk) => {
    output += String(chunk);
  });
  child.stderr?.on("data", (chunk) => {
    errors += String(chunk);
  });
  return new Promise((resolve) => child.once("close", (code) => resolve({ code, output, errors })));
}
