/** The `annex` command as data: every command with its options, before any of them runs. */
import { readFileSync } from "node:fs";
import { Command, type CommanderError, type Option } from "commander";
import { addAddCommand } from "./commands/add.ts";
import { addCheckCommand } from "./commands/check.ts";
import { addCloudCommand } from "./commands/cloud.ts";
import { addCodeCommand } from "./commands/code.ts";
import { addDevCommand } from "./commands/dev.ts";
import { addDoctorCommand } from "./commands/doctor.ts";
import { addLedgerCommand } from "./commands/ledger.ts";
import { addNewCommand } from "./commands/new.ts";
import { addOperatingCommands } from "./commands/operating/index.ts";
import { addRemoteCommands } from "./commands/remote/index.ts";
import { addUrlsCommand } from "./commands/urls.ts";

/** Wrong usage ends with this code; a command that failed, with 1. */
const usageExitCode = 2;

/** Makes the command. Nothing is read or started until it parses. */
export function createProgram(): Command {
  const program = new Command("annex")
    .description("Build, run and prove Custom Apps for Blnk Cloud.")
    .version(ownVersion(), "-v, --version", "print the version")
    .helpOption("-h, --help", "show what a command does and takes")
    .helpCommand(false)
    .configureOutput({ outputError: (text, write) => write(usageError(text)) })
    .exitOverride(endWith);
  program.commandsGroup("Build and run:");
  addNewCommand(program);
  addAddCommand(program, ownVersion());
  addDevCommand(program);
  addCloudCommand(program);
  addLedgerCommand(program);
  program.commandsGroup("Bring an app to the real Cloud:");
  addUrlsCommand(program);
  addDoctorCommand(program);
  program.commandsGroup("Prove:");
  addCheckCommand(program);
  program.commandsGroup("Ask a local Cloud that runs:");
  addRemoteCommands(program);
  addCodeCommand(program);
  program.commandsGroup("Operate an app's database:");
  addOperatingCommands(program);
  addHelpCommand(program);
  pointToHelp(program);
  refuseUnclearValues(program);
  refuseEmptyArguments(program);
  return program;
}

/** `annex help` with the words of a command, and of one of its own: the help of that one, or which word is none. */
function addHelpCommand(program: Command): void {
  const help = (words: readonly string[]) => {
    let command = program;
    for (const word of words) {
      const child = command.commands.find((each) => each.name() === word);
      if (child === undefined) return refuseWord(command, word);
      command = child;
    }
    return command.help();
  };
  for (const group of program.commands) group.helpCommand(false);
  program.command("help [command...]").description("show what a command does and takes").action(help);
}

/** As where the word itself had been typed, with what it may have been meant for. Whoever asks for help runs nothing. */
function refuseWord(command: Command, word: string): void {
  if (command.commands.length === 0) command.error(`error: '${command.name()}' has no command '${word}'`);
  if (word.startsWith("-")) command.error(`error: unknown command '${word}'`);
  // Has the names alone, and nothing that could be run.
  const names = new Command(command.name()).copyInheritedSettings(command).helpCommand(false);
  for (const child of command.commands) names.command(child.name());
  names.parse([word], { from: "user" });
}

function ownVersion(): string {
  const file = new URL("../package.json", import.meta.url);
  return (JSON.parse(readFileSync(file, "utf8")) as { version: string }).version;
}

/** One line that says what is wrong, in the shape of every other failure. */
function usageError(text: string): string {
  const line = text
    .replace(/^error: /, "")
    .trim()
    .replaceAll(/\s*\n\s*/g, " ")
    .replace(/\.?( \((Did you mean [^)]*)\))?$/, (_, __, hint: string | undefined) =>
      hint ? `. ${hint}` : ".",
    );
  return `${line.charAt(0).toUpperCase()}${line.slice(1)}\n`;
}

/** The second line of each command's and its own commands' failures: what to do next. */
function pointToHelp(command: Command, names = command.name()): void {
  command.showHelpAfterError(`See \`${names} --help\`.`);
  for (const child of command.commands) pointToHelp(child, `${names} ${child.name()}`);
}

/** Of two values for one option nobody could tell which is meant; one that is empty is of a variable that is not set. */
function refuseUnclearValues(command: Command): void {
  for (const option of command.options.filter(takesOneValue)) {
    let given = false;
    command.on(`option:${option.name()}`, (value: string | null) => {
      if (given) command.error(`error: option '${option.flags}' is given more than once`);
      if (value?.trim() === "" && !saysWhatEmptyMeans.has(`${command.name()} ${option.long}`))
        command.error(`error: option '${option.flags}' is empty, as where a variable is not set`);
      given = true;
    });
  }
  for (const child of command.commands) refuseUnclearValues(child);
}

/** What these mean where they are empty, their commands tell better. */
const saysWhatEmptyMeans = new Set(["ledger --key"]);

/** The same of what a command is told without an option. */
function refuseEmptyArguments(program: Command): void {
  program.hook("preAction", (_program, command) => {
    const place = command.args.findIndex((argument) => argument.trim() === "");
    if (place === -1) return;
    const { registeredArguments } = command;
    const name = (registeredArguments[place] ?? registeredArguments.at(-1))?.name() ?? "argument";
    command.error(`error: '${name}' is empty, as where a variable is not set`);
  });
}

/** One that may be given more often begins with a list. */
function takesOneValue({ required, optional, variadic, defaultValue }: Option): boolean {
  return (required || optional) && !variadic && !Array.isArray(defaultValue);
}

function endWith(error: CommanderError): never {
  process.exit(error.exitCode === 0 ? 0 : usageExitCode);
}
