/** The app as a process of the checker's: started by the user's command, killed without warning, started again. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { send } from "./doors.ts";
import { CheckError } from "./errors.ts";
import { whenProcessEnds } from "./process-end.ts";
import { pause, until } from "./time.ts";
import { note } from "./trace.ts";

export type AppProcess = {
  /** SIGKILL to the command and all it started; resolves when nothing answers any more. */
  kill(): Promise<void>;
  /** @throws CheckError when it ends, or doesn't answer in time. */
  start(): Promise<void>;
  /** Whether it still runs. */
  runs(): boolean;
  /** The processes of the command and of all it started. @returns none where the system doesn't tell. */
  processes(): readonly number[];
  /** All that it wrote to standard output and standard error so far. */
  output(): string;
  stop(): Promise<void>;
};

const startTimeLimit = 60_000;
const endTimeLimit = 5_000;
const longestOutput = 16 * 1024 * 1024;
const shownLines = 5;

/** What is started, and what it is told. */
export type StartPlan = {
  readonly command: string;
  /** Stands in place of `{cloud}` in the command. */
  readonly cloudUrl: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Where it will answer. */
  readonly address: string;
};

/** Starts the command. @throws CheckError when it ends, or something else answers there already. */
export async function startProcess({
  command,
  cloudUrl,
  environment,
  address,
}: StartPlan): Promise<AppProcess> {
  const { origin } = new URL(address);
  let child: ChildProcess | undefined;
  let output = "";
  if (await answers(origin))
    throw new CheckError(
      `Something answers at ${origin} already, so it would be checked in place of what is started here.`,
      "Stop it, or give the URLs where the started app listens.",
    );

  const write = (part: unknown) => {
    if (output.length < longestOutput) output += String(part);
  };
  const launch = (): ChildProcess => {
    const started = spawn(command.replaceAll("{cloud}", cloudUrl), {
      shell: true,
      detached: process.platform !== "win32",
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, ...environment },
    });
    started.stdout?.on("data", write);
    started.stderr?.on("data", write);
    return started;
  };

  const running: AppProcess = {
    start: async () => {
      const started = launch();
      child = started;
      const came = await until(
        async () => started.exitCode !== null || (await answers(origin)),
        startTimeLimit,
      );
      if (started.exitCode !== null || !came) {
        const why = came ? `ended with code ${started.exitCode}` : `did not answer at ${origin} within 60 s`;
        await running.stop();
        throw new CheckError(
          `The command that starts the app ${why}.\n${lastLines(output)}`,
          "Run it alone to see why.",
        );
      }
      note(`started the app: ${command}`);
    },
    kill: async () => {
      note("SIGKILL to the app");
      signalGroup(child, "SIGKILL");
      await until(async () => !(await answers(origin)), endTimeLimit);
    },
    runs: () => child !== undefined && child.exitCode === null && child.signalCode === null,
    processes: () => (child?.pid === undefined ? [] : processesOfGroup(child.pid)),
    output: () => output,
    stop: async () => {
      signalGroup(child, "SIGTERM");
      const ended = await until(
        () => child === undefined || child.exitCode !== null || child.signalCode !== null,
        endTimeLimit,
      );
      // Also what the command itself left behind.
      signalGroup(child, "SIGKILL");
      if (!ended) await pause(0);
    },
  };
  whenProcessEnds(() => signalGroup(child, "SIGKILL"));
  await running.start();
  return running;
}

function signalGroup(child: ChildProcess | undefined, signal: NodeJS.Signals): void {
  if (child?.pid === undefined) return;
  if (process.platform === "win32") {
    // There a shell's children are no group, and no signal but the last one is known.
    spawnSync("taskkill", ["/pid", String(child.pid), "/t", "/f"]);
    return;
  }
  try {
    process.kill(-child.pid, signal);
  } catch {
    // It has ended already.
  }
}

async function answers(origin: string): Promise<boolean> {
  return (await send("GET", `${origin}/`, { milliseconds: 3000 })).status !== null;
}

function lastLines(output: string): string {
  return output.trimEnd().split("\n").slice(-shownLines).join("\n");
}

/** As Linux tells of them: the fifth word of a process's line is its group. */
function processesOfGroup(group: number): readonly number[] {
  if (!existsSync("/proc/self/stat")) return [];
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .filter((name) => groupOf(name) === group)
    .map(Number);
}

function groupOf(name: string): number | undefined {
  try {
    const line = readFileSync(`/proc/${name}/stat`, "latin1");
    return Number(line.slice(line.lastIndexOf(")") + 2).split(" ")[2]);
  } catch {
    // It has ended meanwhile.
    return undefined;
  }
}
