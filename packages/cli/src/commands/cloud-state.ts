/** `annex cloud export|import|fill`: a Cloud's whole state as a file, secrets replaced; and a large one made up. */
import { access } from "node:fs/promises";
import { resolve } from "node:path";
import type { CloudSize } from "@annex/sandbox";
import type { Command } from "commander";
import { CommandError } from "../failures/index.ts";
import { linesOf, refuseFolder, writeWhole } from "../named-file.ts";
import { parseCount } from "../options.ts";

type StateOptions = { data: string };

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

async function writeState({ data }: StateOptions, file: string): Promise<number> {
  const { exportCloud } = await import("@annex/sandbox");
  return writeWhole(file, (add) => exportCloud(resolve(data), add));
}

async function readState({ data }: StateOptions, file: string): Promise<number> {
  refuseFolder(file);
  // A file that is not there is told before a folder is taken.
  await access(file);
  const { importCloud } = await import("@annex/sandbox");
  return importCloud(resolve(data), linesOf(file));
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
