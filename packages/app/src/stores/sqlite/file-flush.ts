/**
 * Brings what was folded into a database's file to the disk, beside the events.
 *
 * SQLite does it only in a checkpoint during which nobody commits, so under load it
 * is put off until the log starts anew: that one commit would then wait for every
 * page since the last time.
 */
import { fsync, openSync } from "node:fs";

export type FileFlush = () => Promise<void>;

/**
 * The file stays open for as long as the process lives: to close any descriptor of a
 * file gives up all locks that the process holds on it, SQLite's too
 * (https://sqlite.org/howtocorrupt.html, section 2.2).
 */
export function openFileFlush(file: string): FileFlush {
  const descriptor = openSync(file, "r+");
  return () =>
    new Promise((resolve, reject) => {
      fsync(descriptor, (error) => (error === null ? resolve() : reject(error)));
    });
}
