/** Commands on an app's own database, by the app's environment: `migrate`, `copy`, `keys`, `jobs`, `data`, `audit`. */
import type { Command } from "commander";
import { addAuditCommands } from "./audit.ts";
import { addCopyCommand } from "./copy.ts";
import { addDataCommands } from "./data.ts";
import { addJobsCommands } from "./jobs.ts";
import { addKeysCommands } from "./keys.ts";
import { addMigrateCommand } from "./migrate.ts";

export function addOperatingCommands(program: Command): void {
  addMigrateCommand(program);
  addCopyCommand(program);
  addKeysCommands(program);
  addJobsCommands(program);
  addDataCommands(program);
  addAuditCommands(program);
}
