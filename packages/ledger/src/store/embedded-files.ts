/**
 * The files of the embedded engine. The engine's own layer takes every flush for done; this one hands it to the
 * operating system, so that a commit that was answered survives a power cut.
 */
import { fdatasyncSync } from "node:fs";
import { open, readdir } from "node:fs/promises";
import { join } from "node:path";
import type { PGlite } from "@electric-sql/pglite";
import { NodeFS } from "@electric-sql/pglite/nodefs";

/** What is used of the engine's layer between its files and the machine's. */
interface Layers {
  readonly NODEFS: { readonly stream_ops: { fsync?: (stream: OpenFile) => number } };
  readonly FS: { readonly ErrnoError: new (code: number) => Error };
}

interface OpenFile {
  /** The operating system's own number of the file or folder. */
  readonly nfd: number;
}

type Options = Parameters<NodeFS["init"]>[1];

/** The engine's code for a disk that does not do what it is told. */
const inputOutputError = 29;

/** Files that are flushed when PostgreSQL says so. */
export class FlushedFiles extends NodeFS {
  override async init(engine: PGlite, options: Options): ReturnType<NodeFS["init"]> {
    const flushFiles = (layers: unknown): void => {
      const { NODEFS, FS } = layers as Layers;
      NODEFS.stream_ops.fsync = ({ nfd }) => {
        try {
          fdatasyncSync(nfd);
          return 0;
        } catch {
          throw new FS.ErrnoError(inputOutputError);
        }
      };
    };
    const given = options.preRun ?? [];
    return super.init(engine, {
      ...options,
      preRun: [...given, flushFiles] as NonNullable<Options["preRun"]>,
    });
  }
}

const filesAtOnce = 16;

/** Flushes everything in a folder, and the folder itself. */
export async function flushFolder(folder: string): Promise<void> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  const paths = entries.filter((entry) => entry.isFile() || entry.isDirectory());
  const waiting = paths.map((entry) => join(entry.parentPath, entry.name));
  waiting.push(folder);
  const workers = Array.from({ length: filesAtOnce }, async () => {
    for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) await flushFile(path);
  });
  await Promise.all(workers);
}

/** Flushes one file or folder. */
export async function flushFile(path: string): Promise<void> {
  const file = await open(path, "r");
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}
