/** `annex ledger`: a Core-compatible ledger alone, on its embedded engine or on a PostgreSQL server. */
import { randomBytes } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Command } from "commander";
import { CommandError } from "../failures/index.ts";
import { parsePort } from "../options.ts";
import { goOnUnread } from "../unread.ts";
import { untilStopped } from "../until-stopped.ts";
import { addBooksCommands, type LedgerPlace, placeOf } from "./ledger-books.ts";

type LedgerCommandOptions = LedgerPlace & { port: number; key?: string; flush: boolean };

const secretBytes = 32;

export function addLedgerCommand(program: Command): void {
  const command = program.command("ledger");
  command
    .description("start a Core-compatible ledger alone")
    .option("--port <number>", "where it listens; 0 takes a free port", parsePort, 5001)
    .option("--data <directory>", "where the embedded engine keeps its books (default: ledger-data)")
    .option("--database <url>", "a PostgreSQL server instead of the embedded engine")
    .option(
      "--key <key>",
      "asked for in X-Blnk-Key; without it the ledger is open and listens on loopback only",
    )
    .option("--no-flush", "faster, and a power cut may take the last moments or the books; for tests")
    .action(runLedger);
  addBooksCommands(command);
}

async function runLedger(options: LedgerCommandOptions): Promise<void> {
  goOnUnread();
  refuseUnusableKey(options.key);
  const database = placeOf(options);
  const secret = await tokenizationSecret(database.kind === "embedded" ? database.directory : undefined);
  const { openLedger } = await import("@annex/ledger");
  const ledger = await openLedger({
    // Without the flag the ledger's own default holds.
    database: database.kind === "embedded" && !options.flush ? { ...database, flush: false } : database,
    ...(secret === undefined ? {} : { tokenizationSecret: secret }),
    ...(options.key === undefined ? {} : { key: options.key }),
  });
  const door = await ledger.listen({
    port: options.port,
    ...(options.key === undefined ? {} : { host: "0.0.0.0" }),
  });
  // Listening everywhere has no address of its own that a client could use.
  const url = door.url.replace("//0.0.0.0:", "//127.0.0.1:");
  await untilStopped({
    announce: () => console.log(`ready ${url}`),
    close: async () => {
      await door.close();
      await ledger.close();
    },
  });
}

/**
 * From the environment, else one generated once and kept beside the books, readable by its owner only. With a server
 * there is no place beside the books, and tokenization is off, as on a Core without a secret.
 */
async function tokenizationSecret(directory: string | undefined): Promise<Uint8Array | undefined> {
  const given = process.env["ANNEX_TOKENIZATION_SECRET"];
  if (given !== undefined) return checkedSecret(given);
  if (directory === undefined) return undefined;
  const file = join(directory, "tokenization-secret");
  if (existsSync(file)) return keptSecret(file);
  const { makeDirectory } = await import("@annex/ledger/directory");
  makeDirectory(directory, 0o700);
  const secret = randomBytes(secretBytes);
  writeFileSync(file, secret, { mode: 0o600 });
  return secret;
}

function keptSecret(file: string): Uint8Array {
  const secret = readFileSync(file);
  if (secret.byteLength === secretBytes) return secret;
  throw new CommandError(
    `${file} has ${secret.byteLength} bytes, and no secret of ${secretBytes}.`,
    "Put back the one that the books' tokens were made with; remove the file if there are none.",
  );
}

/** What no header can carry would keep everybody out. */
function refuseUnusableKey(key: string | undefined): void {
  if (key === undefined || /^[!-~]([ -~]*[!-~])?$/.test(key)) return;
  throw new CommandError(
    key === "" ? "--key is empty." : "--key has characters that a header can't carry.",
    "Give one of letters, digits and signs; leave it out for a ledger that is open on this machine.",
  );
}

function checkedSecret(text: string): Uint8Array {
  const decoded = [Buffer.from(text, "utf8"), Buffer.from(text, "base64"), Buffer.from(text, "hex")];
  const secret = decoded.find((bytes) => bytes.length === secretBytes);
  if (secret === undefined) {
    throw new CommandError(
      "ANNEX_TOKENIZATION_SECRET must be 32 bytes.",
      "Give 32 characters, or 32 bytes in base64 or hexadecimal.",
    );
  }
  return secret;
}
