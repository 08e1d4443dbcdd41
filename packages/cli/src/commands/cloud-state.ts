/** `annex cloud export|import|fill`: a Cloud's whole state as a file, secrets replaced; and a large one made up. */
import { createReadStream } from "node:fs";
import { access, open, rename, rm } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { createInterface } from "node:readline";
import type { CloudSize } from "@annex/sandbox";
import type { Command } from "commander";
import { CommandError } from "../failures/index.ts";
import { refuseFolder } from "../named-file.ts";
import { parseCount } from "../options.ts";

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
  cloud
    .command("fill")
    .description("add organizations to a Cloud that is not running (--data), to try it with many")
    .option("--organizations <number>", "how many", parseCount, 1000)
    .option("--instances <number>", "of each organization; they are stopped", parseCount, 10)
    .option("--apps <number>", "of each organization, each installed in one instance", parseCount, 20)
    .action(async (_options: object, command: Command) => {
      const { data, ...size } = command.optsWithGlobals<StateOptions & CloudSize>();
      const { fillCloud } = await import("@annex/sandbox");
      await fillCloud(resolve(data), size, (done) => {
        if (done % reported === 0) console.log(`${done} organizations`);
      });
      console.log(`${size.organizations} organizations are there more. annex cloud starts with them.`);
    });
}

const reported = 160;

/** The file is there whole or not at all. */
async function writeState({ data }: StateOptions, file: string): Promise<number> {
  const { exportCloud } = await import("@annex/sandbox");
  refuseFolder(file);
  // Said of the folder that was named, and not of a file that nobody did.
  await access(dirname(resolve(file)));
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
  refuseFolder(file);
  const opened = await open(file);
  await opened.close();
  const { importCloud } = await import("@annex/sandbox");
  const input = createReadStream(file);
  return importCloud(resolve(data), createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY }));
}

async function explained<Result>(work: Promise<Result>): Promise<Result> {
  try {
    return await work;
  } catch (error) {
    const { CloudNotMoved } = await import("@annex/sandbox");
    if (!(error instanceof CloudNotMoved)) throw error;
    throw new CommandError(error.message, error.whatToDo, { cause: error });
  }
}
