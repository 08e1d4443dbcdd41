/** Where the app goes, and what it is called there. */
import { existsSync, readdirSync, statSync } from "node:fs";
import { basename, resolve } from "node:path";
import validateName from "validate-npm-package-name";
import { CommandError } from "../failures/index.ts";

export type Target = {
  readonly directory: string;
  /** The package's name, after the folder's. */
  readonly name: string;
  /** The same for people: `low-balance` is `Low Balance`. */
  readonly title: string;
};

/** @throws CommandError when the folder holds something, or npm refuses its name. */
export function checkTarget(given: string): Target {
  const directory = resolve(given);
  refuseOccupied(directory);
  const name = basename(directory);
  const { validForNewPackages, errors = [], warnings = [] } = validateName(name);
  if (!validForNewPackages) {
    throw new CommandError(
      `npm refuses "${name}" as the name of a package: ${[...errors, ...warnings].join(", ")}.`,
      "Name the folder in lower case, with letters, digits and hyphens, such as low-balance.",
    );
  }
  return { directory, name, title: titleOf(name) };
}

function refuseOccupied(directory: string): void {
  if (!existsSync(directory)) return;
  if (!statSync(directory).isDirectory())
    throw new CommandError(`${directory} is a file.`, "Name a folder that is new or empty.");
  if (readdirSync(directory).length > 0)
    throw new CommandError(`${directory} is not empty.`, "Name a folder that is new or empty.");
}

/**
 * @example
 * ```ts
 * titleOf("low-balance"); // "Low Balance"
 * ```
 */
export function titleOf(name: string): string {
  return name
    .split(/[-_.]+/)
    .filter((word) => word !== "")
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join(" ");
}
