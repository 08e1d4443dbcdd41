import { once } from "node:events";
import type { ErasedInstallation } from "@annex/app/operating";
import { stringifyExactJson } from "@annex/protocol/words";
import type { Command } from "commander";
import { CommandError } from "../../failures/index.ts";
import { type OperatingOptions, operating, say, withDatabase } from "./database.ts";

export function addDataCommands(program: Command): void {
  const data = program.command("data").description("what an app keeps of one installation");
  operating(data, "export <installation>", "print all of it but what keys and secrets hide, as JSON").action(
    exportAll,
  );
  operating(data, "erase <installation>", "erase it, once the installation has ended").action(erase);
}

async function exportAll(installedAppId: string, options: OperatingOptions): Promise<void> {
  await withDatabase(options, async (database) => {
    const exported = await database.exportData(installedAppId);
    if (exported === undefined) throw unknown(installedAppId);
    await print(jsonOf(exported));
  });
}

/** A part at a time, an entry a line: there may be more of it than memory. */
async function* jsonOf(exported: object): AsyncGenerator<string> {
  let before = "{\n";
  for (const [name, value] of Object.entries(exported)) {
    yield `${before}${JSON.stringify(name)}: `;
    before = ",\n";
    if (isLong(value)) yield* entries(value);
    else yield stringifyExactJson(value);
  }
  yield "\n}\n";
}

function isLong(value: unknown): value is AsyncIterable<unknown> {
  return typeof value === "object" && value !== null && Symbol.asyncIterator in value;
}

async function* entries(values: AsyncIterable<unknown>): AsyncGenerator<string> {
  let before = "[\n";
  for await (const value of values) {
    yield `${before}${stringifyExactJson(value)}`;
    before = ",\n";
  }
  yield before === "[\n" ? "[]" : "\n]";
}

/** Waits for who reads it. */
async function print(parts: AsyncIterable<string>): Promise<void> {
  for await (const part of parts) if (!process.stdout.write(part)) await once(process.stdout, "drain");
}

async function erase(installedAppId: string, options: OperatingOptions): Promise<void> {
  const proof = await withDatabase(options, (database) => database.eraseData(installedAppId));
  if (proof === undefined)
    throw new CommandError(
      `${installedAppId} is not known, or has not ended; nothing was erased.`,
      "Uninstall it first, then erase what is left of it.",
    );
  const { erased: _counts, ...erased } = proof;
  say(options, { installed_app_id: installedAppId, erased }, wordsOf(proof));
  if (!proof.isComplete)
    throw new CommandError(
      `Something is left of ${installedAppId}: it was written while the rest was erased.`,
      "Run it once more.",
    );
}

function wordsOf({ tables, collections, stays }: ErasedInstallation): string {
  const counted = ({ what, before, after }: ErasedInstallation["tables"][number]) =>
    `  ${what}: ${before} before, ${after} now`;
  return [
    "Erased:",
    ...tables.map(counted),
    ...(collections.length === 0 ? [] : ["Of the documents, by collection:", ...collections.map(counted)]),
    "What stays:",
    ...stays.map(({ what, entries, why }) => `  ${what}: ${entries} (${why})`),
  ].join("\n");
}

function unknown(installedAppId: string): CommandError {
  return new CommandError(
    `${installedAppId} is not known to this database.`,
    "Look at the id, and at ANNEX_DATABASE.",
  );
}
