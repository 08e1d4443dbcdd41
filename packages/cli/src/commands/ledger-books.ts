/** `annex ledger export|import`: a ledger's books as a file, from one place to another. */
import { access } from "node:fs/promises";
import { resolve } from "node:path";
import type { Command } from "commander";
import { CommandError } from "../failures/index.ts";
import { linesOf, refuseFolder, writeWhole } from "../named-file.ts";
import { refuseNoServer } from "./server-address.ts";

/** Where a ledger's books are, as the options say. */
export type LedgerPlace = { data?: string; database?: string };

/** The one place that the options name. */
export function placeOf(options: LedgerPlace) {
  if (options.data !== undefined && options.database !== undefined) {
    throw new CommandError("--data and --database exclude each other.", "Give the one that holds the books.");
  }
  if (options.database !== undefined) {
    refuseNoServer("--database", options.database);
    return { kind: "server", url: options.database } as const;
  }
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

async function writeBooks(place: ReturnType<typeof placeOf>, file: string): Promise<number> {
  const { exportBooks } = await import("@annex/ledger");
  return writeWhole(file, (add) => exportBooks(place, add));
}

async function readBooks(place: ReturnType<typeof placeOf>, file: string): Promise<number> {
  refuseFolder(file);
  // A file that is not there is told before a database is touched.
  await access(file);
  const { importBooks } = await import("@annex/ledger");
  return importBooks(place, linesOf(file));
}
