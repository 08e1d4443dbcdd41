/** `annex add`: the packages into a project that is there. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Argument, type Command } from "commander";
import { CommandError } from "../failures/index.ts";
import { addable, choosePackages, planAddition, readProject, usuallyAdded, writeInto } from "../new/index.ts";

type AddOptions = { packages?: string };

/** @param version of the packages, which all have the same. */
export function addAddCommand(program: Command, version: string): void {
  program
    .command("add")
    .addArgument(
      new Argument("[packages...]", `which of them (default: ${usuallyAdded.join(", ")})`).choices(addable),
    )
    .description("put Annex's packages into the project of this folder, in whatever server it is")
    .option(
      "--packages <folder>",
      "depend on the tarballs of this folder (default: the clone's own, else the registry)",
    )
    .action((wanted: string[], options: AddOptions) => runAdd(wanted, options, version));
}

function runAdd(wanted: readonly string[], options: AddOptions, version: string): void {
  const directory = process.cwd();
  const manifest = join(directory, "package.json");
  if (!existsSync(manifest))
    throw new CommandError(
      `There is no package.json in ${directory}.`,
      "Run this in your project's folder, begin one there with `npm init`, or have a whole app written by `annex new`.",
    );
  const names = wanted.length === 0 ? usuallyAdded : addable.filter((name) => wanted.includes(name));
  const project = readProject(readFileSync(manifest, "utf8"));
  const files = planAddition(project, names, choosePackages(options.packages), version);
  writeInto(directory, files);
  console.log(
    `${names.map((name) => `@annex/${name}`).join(", ")}: in package.json, with what they need. Next:\n\n  npm install\n`,
  );
}
