/** How an app starts, as its own package.json says: no file has a name that is ours to fix. */
import { existsSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { CommandError } from "../failures/index.ts";

/** A program with its arguments, or a line for the shell. */
export type StartCommand =
  | { readonly kind: "node"; readonly args: readonly string[] }
  | { readonly kind: "shell"; readonly line: string };

/** What is known of an app before it runs. */
export type AppPackage = {
  /** Its folder, absolute. */
  readonly directory: string;
  /** The folder's name, for lines on a terminal and for the app's files. */
  readonly name: string;
  /** How it starts, as it was written. */
  readonly line: string;
  readonly start: StartCommand;
  /** Whether it has to be started again when its sources changed: a framework may see to that itself. */
  readonly watch: boolean;
};

type Manifest = {
  readonly main?: string;
  readonly scripts?: Readonly<Record<string, string>>;
  readonly annex?: { readonly start?: string; readonly check?: string; readonly watch?: boolean };
};

/**
 * Reads how the app of a folder starts: `annex.start` of its package.json (for a
 * framework that develops by another command than it runs with), else its start
 * script, else its main file. `annex.watch: false` says that it sees to changed sources itself.
 * For `annex check`, which starts it again and again, `annex.check` goes before these.
 *
 * @throws CommandError when there is no package.json, or it says nothing.
 */
export function readAppPackage(directory: string, purpose: "start" | "check" = "start"): AppPackage {
  const manifest = read(directory);
  const line = (purpose === "check" ? manifest.annex?.check : undefined) ?? startLine(manifest);
  if (line === undefined) {
    throw new CommandError(
      `${join(directory, "package.json")} does not say how the app starts.`,
      'Give it a start script, such as "start": "node src/main.ts".',
    );
  }
  return {
    directory,
    name: basename(directory),
    line,
    start: startCommand(line),
    watch: manifest.annex?.watch !== false,
  };
}

function read(directory: string): Manifest {
  const file = join(directory, "package.json");
  if (existsSync(file)) return parse(file);
  throw new CommandError(
    `There is no package.json in ${directory}, so no app to start.`,
    "Run `annex dev` in an app's folder or in a workspace with annex.config.ts, or make an app: annex new DIR.",
  );
}

function parse(file: string): Manifest {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as Manifest;
  } catch (cause) {
    throw new CommandError(`${file} is not JSON.`, "Mend it; npm cannot read it either.", { cause });
  }
}

function startLine({ annex, scripts, main }: Manifest): string | undefined {
  return annex?.start ?? scripts?.["start"] ?? (main === undefined ? undefined : `node ${main}`);
}

/**
 * Node itself is started without a shell, so that the process is the app's own. Everything else is the shell's
 * to read.
 *
 * @example
 * ```ts
 * startCommand("node --env-file=.env src/main.ts"); // { kind: "node", args: ["--env-file=.env", "src/main.ts"] }
 * ```
 */
export function startCommand(line: string): StartCommand {
  const words = line.trim().split(/\s+/);
  const plain = words[0] === "node" && !/["'$&|;<>*?(){}\\]/.test(line);
  return plain ? { kind: "node", args: words.slice(1) } : { kind: "shell", line };
}
