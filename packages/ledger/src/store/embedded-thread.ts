/** The embedded engine on a thread of its own: this end of it. What runs over there is `embedded-thread-program.ts`. */
import { Worker } from "node:worker_threads";
import { DatabaseError, outcomeUnknown, unreachable } from "./database.ts";
import type { RawEngine } from "./embedded-raw.ts";
import type { ThreadPlan, ThreadRequest } from "./embedded-thread-program.ts";

/** The source's own ending, so that the built package starts its built thread. */
const program = new URL(
  import.meta.url.endsWith(".ts") ? "./embedded-thread-program.ts" : "./embedded-thread-program.js",
  import.meta.url,
);

interface Call {
  readonly resolve: (answer: Uint8Array<ArrayBuffer>) => void;
  readonly reject: (error: Error) => void;
}

/**
 * Starts an engine on a directory.
 *
 * @throws Error when it does not start. An engine that ends later leaves its calls with a DatabaseError: of the one
 *   that was on its way nobody knows whether it was done.
 */
export async function startOnThread(plan: ThreadPlan): Promise<RawEngine> {
  const worker = new Worker(program, { workerData: plan });
  let call: Call | undefined;
  let ended: Error | undefined;

  /** The thread keeps the process alive only while somebody waits for it. */
  const wait = (send: () => void): Promise<Uint8Array<ArrayBuffer>> =>
    new Promise((resolve, reject) => {
      if (ended !== undefined) return reject(gone(unreachable, ended));
      call = { resolve, reject };
      worker.ref();
      send();
    });
  const over = (end: (call: Call) => void): void => {
    const waiting = call;
    call = undefined;
    worker.unref();
    if (waiting !== undefined) end(waiting);
  };
  const finish = (error: Error): void => {
    ended ??= error;
    over(({ reject }) => reject(gone(outcomeUnknown, ended)));
  };
  worker.on("message", (answer: Uint8Array<ArrayBuffer>) => over(({ resolve }) => resolve(answer)));
  worker.on("error", finish);
  worker.on("exit", () => finish(new Error("the thread ended")));

  await wait(() => {}).catch(() => {
    throw new Error(`the embedded engine did not start: ${ended?.message}`, { cause: ended });
  });
  return {
    send: (messages, longestMilliseconds) =>
      wait(() => tell(worker, { kind: "send", messages, longestMilliseconds }, [messages.buffer])),
    async close() {
      if (ended !== undefined) return;
      const exit = new Promise((resolve) => worker.once("exit", resolve));
      await wait(() => tell(worker, { kind: "close" }));
      worker.ref();
      await exit;
    },
  };
}

function tell(worker: Worker, request: ThreadRequest, given: readonly ArrayBuffer[] = []): void {
  worker.postMessage(request, given);
}

function gone(sqlState: string, cause: Error | undefined): DatabaseError {
  return new DatabaseError(`the embedded engine ended: ${cause?.message}`, sqlState, undefined, cause);
}
