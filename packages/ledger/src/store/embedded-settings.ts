/** What the embedded engine is started with. */
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { PGlite, types } from "@electric-sql/pglite";

/** Whether a commit is flushed to the disk before it is answered, or may be lost with the power. */
export type Durability = "flushed" | "unflushed";

const asText = (value: string): string => value;

export const parsers = {
  [types.INT8]: asText,
  [types.NUMERIC]: asText,
  [types.DATE]: asText,
  [types.TIMESTAMP]: asText,
  [types.TIMESTAMPTZ]: asText,
};

/**
 * Sized for books beside other programs on one machine: the operating system keeps the files in memory as well. A
 * small log is soon read again after a kill. Statistics are of few rows: while the engine takes them it serves nobody
 * else, and what is asked of the books is found by its index whatever they say.
 */
const settings: Readonly<Record<string, string>> = {
  shared_buffers: "16MB",
  wal_buffers: "1MB",
  min_wal_size: "32MB",
  max_wal_size: "64MB",
  default_statistics_target: "20",
};

/** The engine is built to flush nothing (`-F`) unless it is told to. */
const flushing: Readonly<Record<Durability, Readonly<Record<string, string>>>> = {
  flushed: { fsync: "on", wal_sync_method: "fsync", full_page_writes: "on" },
  unflushed: { fsync: "off" },
};

/** The parameters of the engine's start. */
export function startParameters(durability: Durability): string[] {
  const wanted = Object.entries({ ...settings, ...flushing[durability] });
  const usual = PGlite.defaultStartParams.filter((parameter) => parameter !== "-F");
  return [...usual, ...wanted.flatMap(([name, value]) => ["-c", `${name}=${value}`])];
}

/**
 * The engine's code and its files, loaded once for all engines of the process. Threads share the code; of the files
 * each has a copy.
 */
export interface EngineParts {
  readonly code: WebAssembly.Module;
  readonly files: ArrayBuffer;
}

let parts: Promise<EngineParts> | undefined;

/** Loads the engine's parts, the first time. */
export function engineParts(): Promise<EngineParts> {
  parts ??= loadParts();
  return parts;
}

async function loadParts(): Promise<EngineParts> {
  const folder = dirname(createRequire(import.meta.url).resolve("@electric-sql/pglite"));
  const [code, files] = await Promise.all([
    readFile(join(folder, "pglite.wasm")),
    readFile(join(folder, "pglite.data")),
  ]);
  return {
    code: await WebAssembly.compile(code as Uint8Array<ArrayBuffer>),
    files: Uint8Array.from(files).buffer,
  };
}

/** The parts, as the engine's options name them. */
export function partsAsOptions({ code, files }: EngineParts): PartsOptions {
  return { pgliteWasmModule: code, fsBundle: new SharedBytes(files) };
}

interface PartsOptions {
  readonly pgliteWasmModule: WebAssembly.Module;
  readonly fsBundle: Blob;
}

/** Bytes that every engine reads and none changes: they are handed out as they are, not as a copy for each. */
class SharedBytes extends Blob {
  readonly #bytes: ArrayBuffer;

  constructor(bytes: ArrayBuffer) {
    super();
    this.#bytes = bytes;
  }

  override arrayBuffer(): Promise<ArrayBuffer> {
    return Promise.resolve(this.#bytes);
  }
}
