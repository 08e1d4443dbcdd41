/** The app as a process of the checker's: started by the user's command, killed without warning, started again. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { send } from "./doors.ts";
import { openEnds } from "./ends.ts";
import { CheckError, EndedError } from "./errors.ts";
import { portsOf } from "./listening.ts";
import { whenProcessEnds } from "./process-end.ts";
import { pause, until } from "./time.ts";
import { note } from "./trace.ts";

/** How something ended by itself, in words that go on from "the app", and when, as `performance.now()` counts. */
export type End = { readonly at: number; readonly how: string };

export type AppProcess = {
  /** SIGKILL to the command and all it started; resolves when nothing answers any more. */
  kill(): Promise<void>;
  /** @throws CheckError when it ends, or doesn't answer in time. */
  start(): Promise<void>;
  /** Whether it still runs. */
  runs(): boolean;
  /** How it ended by itself after it had answered, once for each time: not when the checker ended it. */
  readonly ends: readonly End[];
  /**
   * Starts it again where it does not run, as whatever watches over an app in production does: more than once where it
   * ends. @throws CheckError when it does not come.
   */
  revive(): Promise<void>;
  /** The processes of the command and of all it started. @returns none where the system doesn't tell. */
  processes(): readonly number[];
  /** What it wrote to standard output and standard error so far: all of it, or its beginning and its end. */
  output(): string;
  /** Whether it wrote so much that some of it was let go. */
  isOutputCut(): boolean;
  stop(): Promise<void>;
};

const startTimeLimit = 60_000;
const endTimeLimit = 5_000;
const longestOutput = 16 * 1024 * 1024;
const shownLines = 5;
const longestWords = 300;
/** Of a line that has no end. */
const longestLine = 1000;
/** What watches over an app starts it more than once. */
const betweenStarts = 1000;
/** So often in a row an app is started in vain before nobody waits for it any more. */
const mostInVain = 3;

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
  const output = openEnds(longestOutput);
  const ends: End[] = [];
  const endedByChecker = new WeakSet<ChildProcess>();
  const answered = new WeakSet<ChildProcess>();
  let reviving: Promise<void> | undefined;
  let inVain = 0;
  if (await answers(origin))
    throw new CheckError(
      `Something answers at ${origin} already, so it would be checked in place of what is started here.`,
      "Stop it, or give the URLs where the started app listens.",
    );

  const write = (part: unknown) => {
    output.add(String(part));
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
    started.once("exit", () => {
      if (answered.has(started) && !endedByChecker.has(started))
        ends.push({ at: performance.now(), how: `${howItEnded(started)} (${lastWords(output.text())})` });
    });
    return started;
  };
  const signal = (name: NodeJS.Signals) => {
    if (child !== undefined) endedByChecker.add(child);
    signalGroup(child, name);
  };

  const startTwice = () =>
    running.start().catch(async (error: unknown) => {
      if (!(error instanceof EndedError)) throw error;
      await pause(betweenStarts);
      await running.start();
    });

  const running: AppProcess = {
    start: async () => {
      const started = launch();
      child = started;
      const came = await until(async () => hasEnded(started) || (await answers(origin)), startTimeLimit);
      if (hasEnded(started) || !came) {
        const ports = portsOf(running.processes());
        await running.stop();
        const said = saidLast(output.text());
        if (came)
          throw new EndedError(
            `The command that starts the app ${howItEnded(started)}.${said}`,
            "Run it alone to see why.",
          );
        throw notThere(origin, ports, said);
      }
      answered.add(started);
      inVain = 0;
      note(`started the app: ${command}`);
    },
    kill: async () => {
      note("SIGKILL to the app");
      signal("SIGKILL");
      await until(async () => !(await answers(origin)), endTimeLimit);
    },
    runs: () => child !== undefined && !hasEnded(child),
    ends,
    revive: () => {
      // One that is being started does not run yet.
      if (child !== undefined && answered.has(child) && running.runs()) return Promise.resolve();
      reviving ??= startTwice()
        .catch((error: unknown) => {
          inVain += 1;
          throw error;
        })
        .finally(() => {
          // Every rule to come would wait for one that never comes.
          if (inVain < mostInVain) reviving = undefined;
        });
      return reviving;
    },
    processes: () => (child?.pid === undefined ? [] : processesOfGroup(child.pid)),
    output: () => output.text(),
    isOutputCut: () => output.isCut(),
    stop: async () => {
      signal("SIGTERM");
      const ended = await until(() => !running.runs(), endTimeLimit);
      // Also what the command itself left behind.
      signal("SIGKILL");
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

function notThere(origin: string, ports: readonly number[], said: string): CheckError {
  const elsewhere = ports.length === 0 ? "" : `; it listens on port ${ports.join(" and ")}`;
  return new CheckError(
    `The command that starts the app did not answer at ${origin} within 60 s${elsewhere}.${said}`,
    ports.length === 0
      ? "Run it alone to see why."
      : "Give the URLs where it answers, or have it listen where the URLs say.",
  );
}

function hasEnded({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null;
}

function howItEnded({ exitCode, signalCode }: ChildProcess): string {
  return signalCode === null ? `ended with code ${exitCode}` : `was ended by ${signalCode}`;
}

async function answers(origin: string): Promise<boolean> {
  return (await send("GET", `${origin}/`, { milliseconds: 3000, isProbe: true })).status !== null;
}

/** What stands below the message that says why: where in the program it was. */
const insides = /^\s*at |^Node\.js v|^\s*\^*$/;

function lastLines(output: string): string {
  const lines = output
    .slice(-shownLines * longestLine)
    .split("\n")
    .filter((line) => !insides.test(line));
  return lines.slice(-shownLines).map(shortened).join("\n");
}

/** Without a word that is cut, as below. */
function shortened(line: string): string {
  return line.length <= longestLine ? line : `${line.slice(0, longestLine).replace(/\S*$/, "")}…`;
}

/** Below the sentence that says what happened. */
function saidLast(output: string): string {
  const lines = lastLines(output).trimEnd();
  return lines === "" ? " It wrote nothing." : `\n${lines}`;
}

/** In one line, for the sentence of a verdict. */
function lastWords(output: string): string {
  const words = endOf(lastLines(output).replaceAll(/\s+/g, " ").trim());
  return words === "" ? "it wrote nothing" : `its last words: ${words}`;
}

/** Without a word that is cut: it may be half of a secret, which nothing would mask. */
function endOf(words: string): string {
  return words.length <= longestWords ? words : words.slice(-longestWords).replace(/^\S*/, "…");
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
