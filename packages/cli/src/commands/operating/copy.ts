import { existsSync } from "node:fs";
import type { Command } from "commander";
import { CommandError } from "../../failures/index.ts";
import { refuseNoServer } from "../server-address.ts";
import { appName, type OperatingOptions, operating, say } from "./database.ts";

type CopyOptions = OperatingOptions & { readonly from: string; readonly to: string };

export function addCopyCommand(program: Command): void {
  operating(
    program,
    "copy",
    "copy an app's SQLite file into a PostgreSQL server; can be stopped and started again",
  )
    .requiredOption("--from <file>", "the app's database file; the app must not run")
    .requiredOption("--to <url>", "postgres://user:password@host/database")
    .action(copy);
}

async function copy(options: CopyOptions): Promise<void> {
  if (!existsSync(options.from))
    throw new CommandError(`${options.from} does not exist.`, "Give --from the app's database file.");
  refuseNoServer("--to", options.to);
  const { copyToPostgres } = await import("@annex/app/operating");
  const copied = await copyToPostgres(options.from, options.to, appName(options));
  const lines = copied.map(
    ({ table, from, to }) => `${table.padEnd(16)} ${String(from).padStart(9)} → ${to}`,
  );
  say(options, { tables: copied }, [...lines, "The counts agree."].join("\n"));
}
