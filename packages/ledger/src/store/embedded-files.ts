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
  readonly NODEFS: { readonly stream_ops: StreamOperations };
  readonly FS: { readonly ErrnoError: new (code: number) => Error };
}

interface StreamOperations {
  fsync?: (stream: OpenFile) => number;
  read: (stream: OpenFile, ...where: readonly unknown[]) => number;
  write: (stream: OpenFile, ...where: readonly unknown[]) => number;
}

interface OpenFile {
  /** The operating system's own number of the file or folder. */
  readonly nfd: number;
  /** The engine's own name of it. */
  readonly path: string;
  readonly node: { readonly mode: number };
}

type Options = Parameters<NodeFS["init"]>[1];

/** The engine's code for a disk that does not do what it is told. */
const inputOutputError = 29;

/** Whether a file was flushed already, so that the engine may take it for that. */
type Flushed = (file: OpenFile) => boolean;

const fileType = 0o100000;
const typeMask = 0o170000;

/**
 * After a kill PostgreSQL flushes each of its files, one after the other and twice, since nobody knows what the killed
 * process had written of them, and only then reads its log. All of them were flushed before it was started, many at once;
 * until it reads the log, those that it has not written itself need not be flushed again.
 */
function flushedUntilTheLogIsRead(operations: StreamOperations): Flushed {
  const { read, write } = operations;
  const written = new Set<string>();
  let isLogRead = false;
  operations.write = (stream, ...where) => {
    written.add(stream.path);
    return write(stream, ...where);
  };
  operations.read = (stream, ...where) => {
    if (stream.path.includes("/pg_wal/")) {
      isLogRead = true;
      Object.assign(operations, { read, write });
    }
    return read(stream, ...where);
  };
  return ({ path, node }) => !isLogRead && (node.mode & typeMask) === fileType && !written.has(path);
}

/** Files that are flushed when PostgreSQL says so. */
export class FlushedFiles extends NodeFS {
  readonly #areFlushed: boolean;

  /** @param areFlushed whether all files of the directory were flushed just now */
  constructor(dataDir: string, areFlushed: boolean) {
    super(dataDir);
    this.#areFlushed = areFlushed;
  }

  override async init(engine: PGlite, options: Options): ReturnType<NodeFS["init"]> {
    const flushFiles = (layers: unknown): void => {
      const { NODEFS, FS } = layers as Layers;
      const operations = NODEFS.stream_ops;
      const isFlushed = this.#areFlushed ? flushedUntilTheLogIsRead(operations) : () => false;
      operations.fsync = (file) => {
        if (isFlushed(file)) return 0;
        try {
          fdatasyncSync(file.nfd);
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
