/** `annex ledger export|import`: a ledger's books as a file, from one place to another. */
import { createReadStream } from "node:fs";
import { access, open, rename, rm } from "node:fs/promises";
import { resolve } from "node:path";
import { createInterface } from "node:readline";
import type { Command } from "commander";
import { CommandError } from "../failures/index.ts";
import { refuseFolder } from "../named-file.ts";

/** Where a ledger's books are, as the options say. */
export type LedgerPlace = { data?: string; database?: string };

/** The one place that the options name. */
export function placeOf(options: LedgerPlace) {
  if (options.data !== undefined && options.database !== undefined) {
    throw new CommandError("--data and --database exclude each other.", "Give the one that holds the books.");
  }
  // The value stays unsaid: what is wrong in it may stand beside a password.
  if (options.database !== undefined && !/^postgres(ql)?:\/\/./.test(options.database)) {
    throw new CommandError(
      "--database is no address of a PostgreSQL server.",
      "Give it as postgres://user:password@host/database.",
    );
  }
  if (options.database !== undefined) return { kind: "server", url: options.database } as const;
  return { kind: "embedded", directory: resolve(options.data ?? "ledger-data") } as const;
}

export function addBooksCommands(ledger: Command): void {
  ledger
    .command("export <file>")
    .description(
      "write the books of a ledger that is not running on a directory (--data), or of a server (--database)",
    )
    .action(async (file: string, _options: object, command: Command) => {
      const rows = await writeBooks(placeOf(command.optsWithGlobals<LedgerPlace>()), file);
      console.log(
        `${rows} rows are in ${file}. Tokenized identities open only with this ledger's tokenization secret.`,
      );
    });
  ledger
    .command("import <file>")
    .description(
      "fill an empty ledger (--data or --database), or an empty database of a real Core, from a file",
    )
    .action(async (file: string, _options: object, command: Command) => {
      const rows = await readBooks(placeOf(command.optsWithGlobals<LedgerPlace>()), file);
      console.log(`${rows} rows are in the books.`);
    });
}

/** The file is there whole or not at all. */
async function writeBooks(place: ReturnType<typeof placeOf>, file: string): Promise<number> {
  refuseFolder(file);
  const { exportBooks } = await import("@annex/ledger");
  const unfinished = `${file}.${process.pid}`;
  const opened = await open(unfinished, "wx", 0o600);
  try {
    const rows = await exportBooks(place, (text) => opened.write(text));
    await opened.sync();
    await opened.close();
    await rename(unfinished, file);
    return rows;
  } catch (error) {
    await opened.close();
    await rm(unfinished, { force: true });
    throw error;
  }
}

async function readBooks(place: ReturnType<typeof placeOf>, file: string): Promise<number> {
  refuseFolder(file);
  // A file that is not there is told before a database is touched.
  await access(file);
  const { importBooks } = await import("@annex/ledger");
  return importBooks(place, linesOf(file));
}

/** Read once somebody asks for them: lines that come before anybody listens are lost. */
async function* linesOf(file: string): AsyncGenerator<string> {
  yield* createInterface({ input: createReadStream(file), crlfDelay: Number.POSITIVE_INFINITY });
}
