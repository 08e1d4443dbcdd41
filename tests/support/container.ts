/** A container file without a container: read line by line, its sources looked for, its commands carried out in a folder. */
import { spawnSync } from "node:child_process";
import { chmodSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, delimiter, dirname, join } from "node:path";

/** One instruction, such as `COPY src ./src`. */
export type Instruction = { readonly name: string; readonly rest: string };

const known = ["FROM", "WORKDIR", "ENV", "COPY", "RUN", "USER", "VOLUME", "EXPOSE", "CMD"];

/** The instructions of an app's container file. @throws Error naming a line that is none. */
export function readContainerFile(app: string): readonly Instruction[] {
  const lines = readFileSync(join(app, "Dockerfile"), "utf8").split("\n");
  return lines
    .filter((line) => line.trim() !== "" && !line.startsWith("#"))
    .map((line) => {
      const [, name = "", rest = ""] = /^([A-Z]+) (\S.*)$/.exec(line) ?? [];
      if (!known.includes(name)) throw new Error(`The container file has the line: ${line}`);
      return { name, rest };
    });
}

/** What is wrong with them for this app; empty when nothing is. */
export function faultsOf(app: string, instructions: readonly Instruction[]): readonly string[] {
  const last = (name: string) => instructions.findLast((each) => each.name === name)?.rest;
  const missing = instructions
    .filter(({ name, rest }) => name === "COPY" && !rest.startsWith("--from="))
    .flatMap(({ rest }) => sourcesOf(rest))
    // One that ends with a star may be absent.
    .filter((source) => !source.endsWith("*") && !existsSync(join(app, source)));
  return [
    ...missing.map((source) => `${source} is not there`),
    ...(instructions[0]?.name === "FROM" ? [] : ["it does not begin with FROM"]),
    ...(last("USER") === "node" ? [] : ["it runs as root"]),
    ...(last("VOLUME") === "/app/data" ? [] : ["the data dies with the container"]),
    ...(isCommand(last("CMD")) ? [] : ["the command is no list: a shell would keep signals from the app"]),
  ];
}

function isCommand(text: string | undefined): boolean {
  try {
    return Array.isArray(JSON.parse(text ?? ""));
  } catch {
    return false;
  }
}

/** Carries out a file of one stage in a folder of its own; gives the command that it ends in. */
export function build(app: string, instructions: readonly Instruction[], folder: string): readonly string[] {
  mkdirSync(folder);
  // There is no user of this name here, and nothing of the app depends on who owns the folder.
  const shims = join(dirname(folder), "shims");
  mkdirSync(shims);
  writeFileSync(join(shims, "chown"), "#!/bin/sh\n");
  chmodSync(join(shims, "chown"), 0o755);
  const env = {
    ...process.env,
    PATH: `${shims}${delimiter}${process.env["PATH"] ?? ""}`,
    npm_config_prefer_offline: "true",
  };
  for (const { name, rest } of instructions) {
    if (name === "COPY") copy(app, rest, folder);
    if (name !== "RUN") continue;
    const { status, stderr } = spawnSync("sh", ["-c", rest], { cwd: folder, env, encoding: "utf8" });
    if (status !== 0) throw new Error(`RUN ${rest} ended with ${status}: ${stderr}`);
  }
  return JSON.parse(instructions.findLast(({ name }) => name === "CMD")?.rest ?? "[]") as readonly string[];
}

function sourcesOf(rest: string): readonly string[] {
  return rest.split(" ").slice(0, -1);
}

function copy(app: string, rest: string, folder: string): void {
  const target = rest.split(" ").at(-1) ?? "";
  for (const source of sourcesOf(rest)) {
    const stem = source.replace(/\*$/, "");
    const found = readdirSync(app).filter((name) =>
      source.endsWith("*") ? name.startsWith(stem) : name === stem,
    );
    // A folder's content goes into the target, a file keeps its name there.
    for (const name of found)
      cpSync(join(app, name), target === "./" ? join(folder, basename(name)) : join(folder, target), {
        recursive: true,
      });
  }
}
