/** Opens the database of the app in the current folder, by the app's environment. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Operating } from "@annex/app/operating";
import { stringifyExactJson } from "@annex/protocol/words";
import type { Command } from "commander";
import { CommandError } from "../../failures/index.ts";
import { loadApp } from "./app-module.ts";

/** What operates a database, loaded when a command does so. */
export type OperatingTools = typeof import("@annex/app/operating");

export type OperatingOptions = {
  readonly name?: string;
  readonly json?: boolean;
  /** The module that exports the app, for what only its code has. */
  readonly app?: string;
};

/** A command of this kind, with the options that all of them take. */
export function operating(parent: Command, nameAndArguments: string, description: string): Command {
  return parent
    .command(nameAndArguments)
    .description(description)
    .option("--name <name>", "the app's name (default: that of the package.json here)")
    .option("--json", "print JSON");
}

/** The name that the app gave to `createApp`: the option, or the package here without its scope. */
export function appName({ name }: OperatingOptions): string {
  if (name !== undefined) return name;
  const file = join(process.cwd(), "package.json");
  if (!existsSync(file))
    throw new CommandError(
      "There is no package.json here.",
      "Run it in the app's folder, or name the app with --name.",
    );
  const { name: packageName } = JSON.parse(readFileSync(file, "utf8")) as { readonly name?: string };
  const own = packageName?.replace(/^@[^/]*\//, "");
  if (own !== undefined && own !== "") return own;
  throw new CommandError("The package.json here has no name.", "Give it one, or name the app with --name.");
}

/** Does something with the database and closes it, whatever comes of it. */
export async function withDatabase<Value>(
  options: OperatingOptions,
  work: (database: Operating, tools: OperatingTools) => Promise<Value>,
): Promise<Value> {
  const tools = await import("@annex/app/operating");
  const app = options.app === undefined ? undefined : await loadApp(options.app);
  const database = await tools.openOperating(process.env, appName(options), app, sayWaiting);
  try {
    return await work(database, tools);
  } finally {
    await database.close();
  }
}

/** Whoever looks at a terminal is told what is waited for. */
export function sayWaiting(message: string): void {
  process.stderr.write(`${message}\n`);
}

/** Prints an answer: as JSON, figures exact, or in words. */
export function say(options: OperatingOptions, value: unknown, words: string): void {
  console.log(options.json === true ? stringifyExactJson(value) : words);
}
