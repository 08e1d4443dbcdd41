/** The process of an app; see index.ts. */
import { inspect } from "node:util";
import type { App } from "../application.ts";
import { EnvironmentError } from "../environment/environment-error.ts";
import type { Served, ServeOptions } from "../process/served.ts";
import { whoseCode } from "../process/whose-code.ts";
import type { Runtime } from "../runtime/index.ts";
import { openApp } from "../runtime/openers.ts";
import { listenFor } from "./listening.ts";

/** Connections have five of these seconds; what is left of the app's own work gets no more than the rest. */
const orderlyMilliseconds = 8000;

/** The jobs begin so much after the first event can be taken: loading them must not make Cloud wait. */
const jobsAfterMilliseconds = 25;
const jobsAgainMilliseconds = 1000;

/** Opens, listens and says so. */
export async function run(app: App, own: ServeOptions): Promise<Served> {
  try {
    return await start(app, own);
  } catch (error) {
    if (!(error instanceof EnvironmentError)) throw error;
    process.stderr.write(`${app.name} cannot start: ${error.happened}.\n${error.message}.\n`);
    process.exit(1);
  }
}

async function start(app: App, own: ServeOptions): Promise<Served> {
  const runtime = await openApp(app);
  sayWhatItDiesOf(runtime);
  const { url, close } = await listenFor(app, runtime, own);
  endOnSignals(close);
  endOnForgottenPromises(runtime, close);
  // Whoever reads it may be gone by now, which is no reason to end.
  process.stdout.on("error", () => undefined);
  process.stdout.write(`ready ${url}\n`);
  await new Promise((resolve) => setTimeout(resolve, jobsAfterMilliseconds));
  await beginWork(runtime);
  return { url, close };
}

/** Where the work cannot begin, as on a locked database, events are taken all the same, and it is tried again. */
async function beginWork(runtime: Runtime): Promise<void> {
  try {
    await runtime.startJobs();
  } catch (error) {
    runtime.log.error("The jobs could not begin; they are tried again.", { error });
    // Unless the process ends first; `beginWork` itself does not fail.
    setTimeout(() => void beginWork(runtime), jobsAgainMilliseconds).unref();
  }
}

/** What nobody caught ends the process as ever in Node; the log says first what it was. */
function sayWhatItDiesOf(runtime: Runtime): void {
  process.on("uncaughtExceptionMonitor", (error) => {
    runtime.log.error("Nobody caught an error; the app ends.", { ...whoseCode(), error });
    runtime.flushLog();
  });
}

/**
 * A promise that a handler forgot ends the process as ever in Node, since nobody knows what it left undone, and what
 * was under way goes on after the restart. But it ends in order: others have asked meanwhile, with an install perhaps,
 * and get their answers. An author who listens for such promises decides by himself.
 */
function endOnForgottenPromises(runtime: Runtime, close: () => Promise<void>): void {
  process.on("unhandledRejection", (error: unknown) => {
    const decidedElsewhere = process.listenerCount("unhandledRejection") > 1;
    const next = decidedElsewhere ? "" : "; the app ends";
    runtime.log.error(`A promise that nobody awaited was rejected${next}.`, { ...whoseCode(), error });
    if (decidedElsewhere) return;
    process.stderr.write(`${inspect(error)}\n`);
    const end = () => {
      runtime.flushLog();
      process.exit(1);
    };
    setTimeout(end, orderlyMilliseconds).unref();
    close().then(end, end);
  });
}

/** However often it is asked: one Ctrl-C reaches a process more than once when npm is in front of it. */
function endOnSignals(close: () => Promise<void>): void {
  const end = () => {
    close().then(
      () => process.exit(0),
      (error: unknown) => {
        process.stderr.write(`The app did not close: ${String(error)}\n`);
        process.exit(1);
      },
    );
  };
  process.on("SIGINT", end);
  process.on("SIGTERM", end);
}
