import type { Command } from "commander";
import { appName, type OperatingOptions, operating, say, sayWaiting } from "./database.ts";

export function addMigrateCommand(program: Command): void {
  operating(program, "migrate", "bring an app's tables to this version, beside running replicas").action(
    async (options: OperatingOptions) => {
      const { migrateDatabase } = await import("@annex/app/operating");
      const database = await migrateDatabase(process.env, appName(options), sayWaiting);
      say(options, { database, migrated: true }, `The tables of ${database} are of this version.`);
    },
  );
}
