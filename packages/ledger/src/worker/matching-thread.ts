/**
 * Matching on a thread of its own: this end of it. Making a hundred thousand rows ready and comparing them takes seconds
 * of the processor, which nobody else is to wait for; and what the thread took of the memory goes with it.
 */
import { on } from "node:events";
import { setImmediate as nextTurn } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import type { ExternalRow, Findings, InternalRow } from "../rules/reconciling.ts";
import type { MatchingAnswer, MatchingPlan, MatchingRequest } from "./matching-thread-program.ts";

/** The source's own ending, so that the built package starts its built thread. */
const program = new URL(
  import.meta.url.endsWith(".ts") ? "./matching-thread-program.ts" : "./matching-thread-program.js",
  import.meta.url,
);

/** The rows of both sides, some at a time. */
export interface Sides {
  readonly externals: AsyncIterable<readonly ExternalRow[]>;
  readonly internals: AsyncIterable<readonly InternalRow[]>;
}

/**
 * Finds what matches.
 *
 * @param signal ends it at once
 * @returns what is found, some at a time
 * @throws Error when the thread ends before it is done, AbortError when it is ended
 */
export async function* findOnThread(
  plan: MatchingPlan,
  { externals, internals }: Sides,
  signal: AbortSignal,
): AsyncGenerator<Findings> {
  signal.throwIfAborted();
  const thread = new Worker(program, { workerData: plan });
  const tell = (request: MatchingRequest) => thread.postMessage(request);
  try {
    const answers = on(thread, "message", { signal, close: ["exit"] });
    for await (const rows of inTurn(externals, signal)) tell({ kind: "external", rows });
    for await (const rows of inTurn(internals, signal)) tell({ kind: "internal", rows });
    tell({ kind: "find" });
    for await (const [answer] of answers as AsyncIterable<[MatchingAnswer]>) {
      if (answer === "all") return;
      // What has come is told by the events before their end is.
      signal.throwIfAborted();
      yield answer;
      signal.throwIfAborted();
      tell({ kind: "next" });
    }
    throw new Error("the thread that matches rows ended before it was done");
  } finally {
    await thread.terminate();
  }
}

/** The embedded engine answers before others had their turn: they get it here. */
async function* inTurn<Rows>(pages: AsyncIterable<Rows>, signal: AbortSignal): AsyncGenerator<Rows> {
  for await (const rows of pages) {
    yield rows;
    await nextTurn(undefined, { signal });
  }
}
