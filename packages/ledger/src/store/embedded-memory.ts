/** The files of an engine in memory: its own kind, which begin as those of the template. */
import { MemoryFS } from "@electric-sql/pglite";
import { type PackedFile, wholeContent } from "./embedded-packing.ts";

/** What is used of the engine's files. */
interface Files {
  mkdirTree(path: string): void;
  /** With `canOwn` the file is the given memory, not a copy of it. */
  writeFile(path: string, content: Uint8Array, options: { readonly canOwn: true }): void;
}

/** Where the engine looks for its data. */
const dataFolder = "/pglite/data";

/** Files in memory that are there before the engine looks for them. */
export class FilesFromTemplate extends MemoryFS {
  readonly #template: readonly PackedFile[];

  constructor(template: readonly PackedFile[]) {
    super();
    this.#template = template;
  }

  override async initialSyncFs(): Promise<void> {
    const files = this.pg?.Module.FS as unknown as Files;
    files.mkdirTree(dataFolder);
    for (const file of this.#template) {
      const path = `${dataFolder}/${file.path}`;
      if (file.content === undefined) files.mkdirTree(path);
      else files.writeFile(path, wholeContent(file), { canOwn: true });
    }
  }
}
