/** `annex ledger`: a Core-compatible ledger alone, on its embedded engine or on a PostgreSQL server. */
import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { openLedger } from "@annex/ledger";
import type { Command } from "commander";
import { CommandError } from "../failures/index.ts";
import { parsePort } from "../options.ts";
import { untilStopped } from "../until-stopped.ts";

type LedgerCommandOptions = { port: number; data?: string; database?: string; key?: string };

const secretBytes = 32;

export function addLedgerCommand(program: Command): void {
  program
    .command("ledger")
    .description("start a Core-compatible ledger alone")
    .option("--port <number>", "where it listens; 0 takes a free port", parsePort, 5001)
    .option("--data <directory>", "where the embedded engine keeps its books (default: ledger-data)")
    .option("--database <url>", "a PostgreSQL server instead of the embedded engine")
    .option(
      "--key <key>",
      "asked for in X-Blnk-Key; without it the ledger is open and listens on loopback only",
    )
    .action(runLedger);
}

async function runLedger(options: LedgerCommandOptions): Promise<void> {
  if (options.data !== undefined && options.database !== undefined) {
    throw new CommandError("--data and --database exclude each other.", "Give the one that holds the books.");
  }
  const directory = resolve(options.data ?? "ledger-data");
  const ledger = await openLedger({
    database:
      options.database === undefined
        ? { kind: "embedded", directory }
        : { kind: "server", url: options.database },
    tokenizationSecret: tokenizationSecret(directory),
    ...(options.key === undefined ? {} : { key: options.key }),
  });
  const door = await ledger.listen({
    port: options.port,
    ...(options.key === undefined ? {} : { host: "0.0.0.0" }),
  });
  // Listening everywhere has no address of its own that a client could use.
  console.log(`ready ${door.url.replace("//0.0.0.0:", "//127.0.0.1:")}`);
  await untilStopped(async () => {
    await door.close();
    await ledger.close();
  });
}

/** From the environment, else one generated once and kept beside the books, readable by its owner only. */
function tokenizationSecret(directory: string): Uint8Array {
  const given = process.env["ANNEX_TOKENIZATION_SECRET"];
  if (given !== undefined) return checkedSecret(given);
  const file = join(directory, "tokenization-secret");
  if (existsSync(file)) return readFileSync(file);
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const secret = randomBytes(secretBytes);
  writeFileSync(file, secret, { mode: 0o600 });
  return secret;
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
