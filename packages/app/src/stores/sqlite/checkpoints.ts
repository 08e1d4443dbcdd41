/**
 * When the write-ahead log is folded into the file. A small file is folded by
 * SQLite itself, every thousand pages, in the commit that reaches them: its pages
 * lie together, and it takes no longer than a commit. In a large one those pages
 * are scattered, and that one commit keeps everybody waiting for as long as fifty
 * others; there a thread with a connection of its own does it beside the events.
 * Only there, because a thread weighs ten megabytes.
 *
 * The thread folds what no reader needs and lets commits go on meanwhile, and never
 * catches up with somebody who commits all the time. Once the log is long, what was
 * folded is brought to the disk, and the connection itself folds the last of it and
 * starts the log anew. It takes no longer than a commit, and comes between two of
 * them; a thread that had to win the write lock, and then brought everything to the
 * disk while it held it, kept everybody waiting for as long as six.
 */
import { statSync } from "node:fs";
import type { Log } from "../../log/index.ts";
import { type CheckpointThread, startCheckpointThread } from "./checkpoint-thread.ts";
import { type Connection, truncateLog } from "./connection.ts";
import { type FileFlush, openFileFlush } from "./file-flush.ts";

export type Checkpoints = {
  /** Called after each commit; returns at once. */
  committed(): void;
  /**
   * Folds the whole log into the file and cuts it to nothing.
   *
   * @returns false when another process was in the way; then try again later.
   */
  truncate(): Promise<boolean>;
  /** Ends the thread, between two checkpoints. */
  stop(): Promise<void>;
};

/** From where on a file is large, in bytes, and the log is long, in pages of 4 KiB. */
export type CheckpointLimits = { readonly largeFile: number; readonly longLog: number };

const usualLimits: CheckpointLimits = { largeFile: 64 * 1024 * 1024, longLog: 16_384 };
/** A file that grows is looked at after so many commits. */
const commitsBetweenLooks = 1000;
const commitsBetweenCheckpoints = 20;

export function createCheckpoints(
  connection: Connection,
  file: string,
  log: Log,
  { largeFile, longLog } = usualLimits,
): Checkpoints {
  let thread: CheckpointThread | undefined;
  let flush: FileFlush | undefined;
  let mayStart = true;
  let commits = 0;
  let folding = false;

  const engage = () => {
    if (!mayStart || thread !== undefined || statSync(file).size < largeFile) return;
    thread = startCheckpointThread(file);
    connection.statement(neverByItself).run();
  };
  // What can't be done beside them, commits do again; nothing is lost by it but time.
  const giveUp = (error: unknown) => {
    if (!mayStart) return;
    mayStart = false;
    void thread?.stop();
    thread = undefined;
    connection.statement(everyThousandPages).run();
    log.warn("The write-ahead log can't be folded beside the events; commits do it again.", { error });
  };
  const startLogAnew = async (by: CheckpointThread) => {
    flush ??= openFileFlush(file);
    await flush();
    // Of what was committed meanwhile.
    await by.checkpoint("PASSIVE");
    connection.statement(foldAndRestart).get();
  };
  const fold = async (by: CheckpointThread) => {
    folding = true;
    try {
      const { pages, folded } = await by.checkpoint("PASSIVE");
      // While a reader keeps the thread from folding, the last of it is much.
      if (pages > longLog && folded === pages) await startLogAnew(by);
    } catch (error) {
      giveUp(error);
    }
    folding = false;
    commits = 0;
  };

  engage();
  return {
    committed: () => {
      commits += 1;
      if (thread === undefined) {
        if (commits % commitsBetweenLooks === 0) engage();
      } else if (!folding && commits >= commitsBetweenCheckpoints) void fold(thread);
    },
    truncate: async () => {
      if (thread === undefined) return truncateLog(connection);
      try {
        await thread.checkpoint("PASSIVE");
        return !(await thread.checkpoint("TRUNCATE")).busy;
      } catch (error) {
        giveUp(error);
        return truncateLog(connection);
      }
    },
    stop: async () => {
      mayStart = false;
      await thread?.stop();
      thread = undefined;
    },
  };
}

const foldAndRestart = "PRAGMA wal_checkpoint(RESTART)";
const neverByItself = "PRAGMA wal_autocheckpoint=0";
const everyThousandPages = "PRAGMA wal_autocheckpoint=1000";
