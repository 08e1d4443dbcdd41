/**
 * A child process that is started again when it dies, or when its sources changed, so
 * that a crash of an app is a thing to watch in the local Cloud, not the end of the session.
 */
import type { ChildProcess } from "node:child_process";
import { CommandError } from "../failures/index.ts";
import { answers } from "./answers.ts";
import type { AppPackage } from "./app-package.ts";
import { endChild, startChild } from "./child.ts";

export type SupervisedProcess = {
  /** Ends it and starts it anew, as after a change of its sources. */
  restart(): Promise<void>;
  stop(): Promise<void>;
};

type SuperviseOptions = {
  readonly app: AppPackage;
  /** Where it is to answer, on this machine. */
  readonly port: number;
  readonly environment: Readonly<Record<string, string>>;
  /** Called each time the process answers, with its id. */
  readonly onReady: (pid: number) => Promise<void>;
};

const firstPause = 250;
const longestPause = 10_000;
/** A process that lived this long has proven itself: the next pause is the first again. */
const provenAfter = 60_000;

/**
 * Starts the process and resolves when it answers.
 *
 * @throws CommandError when it ends or stays silent before it was ever ready.
 */
export async function superviseProcess(options: SuperviseOptions): Promise<SupervisedProcess> {
  const { app, onReady } = options;
  let ending = false;
  let pause = firstPause;
  let startedAt = Date.now();
  let timer: NodeJS.Timeout | undefined;
  let child = startChild(app, options.port, options.environment);
  await begun(child);

  async function begun(process: ChildProcess): Promise<void> {
    startedAt = Date.now();
    try {
      await answers(app, `http://localhost:${options.port}`, process);
      await onReady(process.pid ?? 0);
    } catch (error) {
      if (process === child) await endChild(process);
      throw error;
    }
    process.once("exit", onExit);
  }

  const again = () => {
    child = startChild(app, options.port, options.environment);
    return begun(child);
  };
  const startAgain = () => again().catch((error: unknown) => console.error(sentence(error)));

  function onExit(code: number | null, signal: string | null): void {
    if (ending) return;
    if (Date.now() - startedAt > provenAfter) pause = firstPause;
    console.error(`${app.name} ended (${signal ?? `code ${code}`}); starting it again in ${pause} ms.`);
    timer = setTimeout(() => void startAgain(), pause);
    pause = Math.min(pause * 2, longestPause);
  }

  const end = async () => {
    ending = true;
    clearTimeout(timer);
    await endChild(child);
  };
  return {
    stop: end,
    restart: async () => {
      await end();
      ending = false;
      pause = firstPause;
      await startAgain();
    },
  };
}

function sentence(error: unknown): string {
  return error instanceof CommandError ? `${error.message} ${error.next}` : String(error);
}
