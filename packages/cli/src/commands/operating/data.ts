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
  const exported = await withDatabase(options, (database) => database.exportData(installedAppId));
  if (exported === undefined) throw unknown(installedAppId);
  console.log(stringifyExactJson(exported, options.json === true ? undefined : 2));
}

async function erase(installedAppId: string, options: OperatingOptions): Promise<void> {
  const erased = await withDatabase(options, (database) => database.eraseData(installedAppId));
  if (erased === undefined)
    throw new CommandError(
      `${installedAppId} is not known, or has not ended; nothing was erased.`,
      "Uninstall it first, then erase what is left of it.",
    );
  const { documents, secrets, runs, sessions } = erased;
  say(
    options,
    { installed_app_id: installedAppId, erased },
    `Erased: ${documents} documents, ${secrets} secrets, ${runs} runs, ${sessions} links and sessions. Its record stays, so that a late event does not bring it back.`,
  );
}

function unknown(installedAppId: string): CommandError {
  return new CommandError(
    `${installedAppId} is not known to this database.`,
    "Look at the id, and at ANNEX_DATABASE.",
  );
}
