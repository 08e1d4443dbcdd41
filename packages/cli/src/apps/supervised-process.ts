/**
 * A child process that is started again when it dies, so that a crash of an app
 * is a thing to watch in the local Cloud, not the end of the session.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { CommandError } from "../failures/index.ts";

export type SupervisedProcess = { readonly url: string; stop(): Promise<void> };

type SuperviseOptions = {
  readonly name: string;
  readonly directory: string;
  readonly entry: string;
  readonly port: number;
  readonly environment: Readonly<Record<string, string>>;
  /** Called each time the process answers, with its address and process id. */
  readonly onReady: (url: string, pid: number) => Promise<void>;
};

// By its name in the package, which is a source in the repository and JavaScript where it is installed.
const endWithParent = import.meta.resolve("@annex/cli/end-with-parent");
const startTimeLimit = 30_000;
const stopTimeLimit = 10_000;
const firstPause = 250;
const longestPause = 10_000;
/** A process that lived this long has proven itself: the next pause is the first again. */
const provenAfter = 60_000;

/**
 * Starts the process and resolves when it has printed its `ready` line.
 *
 * @throws CommandError when it ends or stays silent before it was ever ready.
 */
export async function superviseProcess(options: SuperviseOptions): Promise<SupervisedProcess> {
  let stopping = false;
  let pause = firstPause;
  let startedAt = Date.now();
  let timer: NodeJS.Timeout | undefined;
  let child = start(options, options.port);
  const url = await readyUrl(options, child);
  const port = Number(new URL(url).port);
  await options.onReady(url, processId(child));

  const again = async () => {
    child = start(options, port);
    startedAt = Date.now();
    child.once("exit", onExit);
    await readyUrl(options, child).then((address) => options.onReady(address, processId(child)));
  };
  const onExit = (code: number | null, signal: string | null) => {
    if (stopping) return;
    if (Date.now() - startedAt > provenAfter) pause = firstPause;
    console.error(`${options.name} ended (${signal ?? `code ${code}`}); starting it again in ${pause} ms.`);
    timer = setTimeout(() => {
      again().catch((error: unknown) =>
        console.error(String(error instanceof Error ? error.message : error)),
      );
    }, pause);
    pause = Math.min(pause * 2, longestPause);
  };
  child.once("exit", onExit);

  const stop = async () => {
    stopping = true;
    clearTimeout(timer);
    await endProcess(child);
  };
  return { url, stop };
}

function start(options: SuperviseOptions, port: number): ChildProcess {
  return spawn(process.execPath, ["--import", endWithParent, options.entry], {
    cwd: options.directory,
    env: {
      ...process.env,
      ...options.environment,
      PORT: String(port),
      ...(port === 0 ? {} : { ANNEX_PUBLIC_URL: `http://localhost:${port}` }),
    },
    stdio: ["pipe", "pipe", "inherit"],
    // A group of its own: a Ctrl-C at the terminal is for the command, which then ends the apps in order.
    detached: process.platform !== "win32",
  });
}

function processId(child: ChildProcess): number {
  return child.pid ?? 0;
}

/** The address in the line that starts with `ready `. Other lines are passed on. */
function readyUrl(options: SuperviseOptions, child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    const fail = (what: string) =>
      reject(
        new CommandError(
          `${options.name} ${what} before it was ready.`,
          `Start it alone to see why: node ${options.entry} in ${options.directory}.`,
        ),
      );
    const timer = setTimeout(() => fail("did not answer in 30 seconds"), startTimeLimit);
    child.once("exit", (code) => {
      clearTimeout(timer);
      fail(`ended with code ${code}`);
    });
    child.once("error", (error) => fail(`could not be started (${error.message})`));
    if (child.stdout === null) return;
    createInterface({ input: child.stdout }).on("line", (line) => {
      const url = /^ready .*?(https?:\/\/\S+)/.exec(line)?.[1];
      if (url === undefined) {
        console.log(`[${options.name}] ${line}`);
        return;
      }
      clearTimeout(timer);
      resolve(url);
    });
  });
}

async function endProcess(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  child.kill("SIGTERM");
  const timer = setTimeout(() => child.kill("SIGKILL"), stopTimeLimit);
  await ended;
  clearTimeout(timer);
}
