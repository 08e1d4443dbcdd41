/** A thread with a connection of its own that folds the write-ahead log into the file, one checkpoint after another. */
import { Worker } from "node:worker_threads";

/** https://sqlite.org/pragma.html#pragma_wal_checkpoint */
export type CheckpointMode = "PASSIVE" | "TRUNCATE";

export type Checkpointed = {
  /** Whether another connection was in the way. */
  readonly busy: boolean;
  /** How many pages the log held. */
  readonly pages: number;
  /** How many of them are in the file now. */
  readonly folded: number;
};

export type CheckpointThread = {
  /** @throws Error when the thread or its connection fails. */
  checkpoint(mode: CheckpointMode): Promise<Checkpointed>;
  /** Ends the thread, after what is under way. */
  stop(): Promise<void>;
};

/** A commit's lock is waited for, since there is room between two of them; a reader's that stays is somebody else's turn. */
const busyMilliseconds = 50;

// As a text, because a thread's script would be a file to be found, in the sources and in what is packed of them.
const script = `
  const { parentPort, workerData } = require("node:worker_threads");
  const { DatabaseSync } = require("node:sqlite");
  const database = new DatabaseSync(workerData.file, { timeout: workerData.busyMilliseconds });
  database.exec("PRAGMA synchronous=FULL");
  parentPort.on("message", (mode) => {
    if (mode === "STOP") {
      database.close();
      parentPort.close();
      return;
    }
    const { busy, log, checkpointed } = database.prepare("PRAGMA wal_checkpoint(" + mode + ")").get();
    parentPort.postMessage({ busy: busy !== 0, pages: log, folded: checkpointed });
  });
`;

/** Starts the thread on a database's file. It keeps no process from ending. */
export function startCheckpointThread(file: string): CheckpointThread {
  const worker = new Worker(script, {
    eval: true,
    workerData: { file, busyMilliseconds },
    resourceLimits: { maxOldGenerationSizeMb: 16, maxYoungGenerationSizeMb: 2, stackSizeMb: 1 },
  });
  worker.unref();
  let ended: Error | undefined;
  worker.on("error", (error) => {
    ended = error instanceof Error ? error : new Error(String(error));
  });
  worker.on("exit", () => {
    ended ??= new Error("The thread of the checkpoints has ended.");
  });
  let turn: Promise<unknown> = Promise.resolve();
  const inTurn = <Value>(work: () => Promise<Value>): Promise<Value> => {
    const result = turn.then(work);
    turn = result.catch(() => undefined);
    return result;
  };
  return {
    checkpoint: (mode) =>
      inTurn(() => {
        if (ended !== undefined) throw ended;
        return ask(worker, mode);
      }),
    stop: () =>
      inTurn(async () => {
        if (ended === undefined) await end(worker);
      }),
  };
}

function ask(worker: Worker, mode: CheckpointMode): Promise<Checkpointed> {
  return new Promise((resolve, reject) => {
    const answered = (answer: Checkpointed) => {
      leave();
      resolve(answer);
    };
    const failed = (reason: unknown) => {
      leave();
      reject(reason instanceof Error ? reason : new Error("The thread of the checkpoints has ended."));
    };
    const leave = () => {
      worker.off("message", answered).off("error", failed).off("exit", failed).unref();
    };
    worker.on("message", answered).on("error", failed).on("exit", failed).ref();
    worker.postMessage(mode);
  });
}

function end(worker: Worker): Promise<void> {
  return new Promise((resolve) => {
    worker.once("exit", () => resolve());
    worker.ref();
    worker.postMessage("STOP");
  });
}
