import type { Command } from "commander";
import { type OperatingOptions, operating, say, withDatabase } from "./database.ts";

export function addMigrateCommand(program: Command): void {
  operating(program, "migrate", "bring an app's tables to this version, beside running replicas").action(
    (options: OperatingOptions) =>
      // Opening does it, under a lock; an app that starts does the same.
      withDatabase(options, async ({ database }) =>
        say(options, { database, migrated: true }, `The tables of ${database} are of this version.`),
      ),
  );
}
