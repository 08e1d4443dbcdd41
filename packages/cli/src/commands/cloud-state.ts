/** `annex cloud export|import`: a Cloud's whole state as a file, secrets replaced. */
import { createReadStream } from "node:fs";
import { open, rename, rm } from "node:fs/promises";
import { resolve } from "node:path";
import { createInterface } from "node:readline";
import { CloudNotMoved, exportCloud, importCloud } from "@annex/sandbox";
import type { Command } from "commander";
import { CommandError } from "../failures/index.ts";

type StateOptions = { data: string };

const ownerOnly = 0o600;

export function addStateCommands(cloud: Command): void {
  cloud
    .command("export <file>")
    .description("write the whole state of a Cloud that is not running (--data), secrets left out")
    .action(async (file: string, _options: object, command: Command) => {
      const rows = await explained(writeState(command.optsWithGlobals<StateOptions>(), file));
      console.log(`${rows} rows are in ${file}. No key, password or secret URL is.`);
    });
  cloud
    .command("import <file>")
    .description("fill an empty data directory (--data) from a file, with new secrets")
    .action(async (file: string, _options: object, command: Command) => {
      const rows = await explained(readState(command.optsWithGlobals<StateOptions>(), file));
      console.log(
        `${rows} rows are there. Members have new passwords; give apps their URLs with annex app update.`,
      );
    });
}

/** The file is there whole or not at all. */
async function writeState({ data }: StateOptions, file: string): Promise<number> {
  const unfinished = `${file}.${process.pid}`;
  const opened = await open(unfinished, "wx", ownerOnly);
  try {
    const rows = await exportCloud(resolve(data), (text) => opened.write(text));
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

async function readState({ data }: StateOptions, file: string): Promise<number> {
  const opened = await open(file);
  await opened.close();
  const input = createReadStream(file);
  return importCloud(resolve(data), createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY }));
}

function explained<Result>(work: Promise<Result>): Promise<Result> {
  return work.catch((error: unknown) => {
    if (!(error instanceof CloudNotMoved)) throw error;
    throw new CommandError(error.message, error.whatToDo, { cause: error });
  });
}
