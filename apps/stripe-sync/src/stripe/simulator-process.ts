/** Brings the local simulator up beside the app, for starting without a key, and notices when it ends. */
import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const entry = fileURLToPath(new URL("../../simulator/main.ts", import.meta.url));
const startTimeLimit = 15_000;

export type SimulatorProcess = {
  readonly url: string;
  readonly pid: number;
  /** Why it ended, as part of a sentence; undefined while it runs. It is not started again: that is for a person to do. */
  ended(): string | undefined;
  stop(): Promise<void>;
};

/** It did not come up. Where it knows why, it has said so on standard error. */
export class SimulatorNotReady extends Error {}

/**
 * Starts the simulator on a free port as a process of its own, which ends with this one, whatever ends this one.
 *
 * @param options `onEnd` is called when it ends without being asked to; `kept`: the file that outlasts it.
 * @throws SimulatorNotReady when it ends, or does not say `ready` in time.
 */
export async function startSimulatorProcess(options: {
  readonly onEnd?: (why: string) => void;
  readonly kept: string;
}): Promise<SimulatorProcess> {
  // Its standard input stays open as long as this process lives: its end tells the simulator to end too.
  const child = spawn(process.execPath, [entry, "--port", "0", "--attached", "--kept", options.kept], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const url = await readyUrl(child);
  let ended: string | undefined;
  let stopping = false;
  child.once("exit", (code, signal) => {
    ended = `the local simulator has ended (${signal ?? `code ${code}`})`;
    if (!stopping) options.onEnd?.(ended);
  });
  return {
    url,
    pid: child.pid ?? 0,
    ended: () => ended,
    stop: async () => {
      stopping = true;
      await endOf(child);
    },
  };
}

function readyUrl(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    const fail = (why: string) => reject(new SimulatorNotReady(`the Stripe simulator ${why}`));
    const timer = setTimeout(() => {
      child.kill();
      fail("did not answer in 15 seconds");
    }, startTimeLimit);
    child.once("error", (error) => fail(`could not be started (${error.message})`));
    child.once("exit", (code, signal) => {
      clearTimeout(timer);
      fail(`ended ${earlyEnd(code, signal)}`);
    });
    if (child.stdout === null) return;
    createInterface({ input: child.stdout }).on("line", (line) => {
      const url = /^ready (\S+)/.exec(line)?.[1];
      if (url === undefined) return;
      clearTimeout(timer);
      resolve(url);
    });
  });
}

/** How it ended before it was ready. What a signal ends has no time to say why. */
export function earlyEnd(code: number | null, signal: NodeJS.Signals | null): string {
  return signal === null
    ? `with code ${code} before it was ready; it says why above`
    : `by ${signal} before it was ready`;
}

async function endOf(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  child.kill("SIGTERM");
  await ended;
}
