import type { KeptAuditEntry } from "@annex/app/operating";
import type { Command } from "commander";
import { CommandError } from "../../failures/index.ts";
import { type OperatingOptions, operating, withDatabase } from "./database.ts";

type ExportOptions = OperatingOptions & {
  readonly installation?: string;
  readonly since?: string;
  readonly format: string;
};

export function addAuditCommands(program: Command): void {
  const audit = program.command("audit").description("who did what in which installation");
  operating(audit, "export", "print the audit trail, oldest entry first")
    .option("--installation <id>", "of one installation only")
    .option("--since <moment>", "from this moment on, such as 2026-11-26 or 2026-11-26T12:00:00Z")
    .option("--format <format>", "jsonl (an object a line) or csv", "jsonl")
    .action(exportTrail);
}

async function exportTrail(options: ExportOptions): Promise<void> {
  const { installation, format } = options;
  if (format !== "jsonl" && format !== "csv")
    throw new CommandError(`"${format}" is no format.`, "Use --format jsonl or --format csv.");
  const asked = {
    ...(installation === undefined ? {} : { installedAppId: installation }),
    ...(options.since === undefined ? {} : { since: moment(options.since) }),
  };
  const line = format === "csv" ? csvLine : jsonLine;
  if (format === "csv") console.log(columns.join(","));
  await withDatabase(options, async (database) => {
    for await (const entry of database.auditTrail(asked)) console.log(line(entry));
  });
}

function moment(text: string): Date {
  const isDay = /^\d{4}-\d{2}-\d{2}$/.test(text);
  const isMoment = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})$/.test(text);
  const date = new Date(text);
  if ((isDay || isMoment) && !Number.isNaN(date.getTime())) return date;
  throw new CommandError(
    `"${text}" is no moment.`,
    "Give --since as 2026-11-26, which is midnight in UTC, or as 2026-11-26T12:00:00Z.",
  );
}

const columns = ["entry", "at", "installed_app_id", "actor", "actor_id", "action", "details"] as const;

function fieldsOf({ entryNumber, at, installedAppId, actor, action, details }: KeptAuditEntry) {
  const id = "id" in actor ? actor.id : undefined;
  return {
    entry: entryNumber,
    at: new Date(at).toISOString(),
    ...(installedAppId === undefined ? {} : { installed_app_id: installedAppId }),
    actor: actor.kind,
    ...(id === undefined ? {} : { actor_id: id }),
    action,
    ...(details === undefined ? {} : { details }),
  };
}

function jsonLine(entry: KeptAuditEntry): string {
  return JSON.stringify(fieldsOf(entry));
}

function csvLine(entry: KeptAuditEntry): string {
  const fields: Readonly<Record<string, unknown>> = fieldsOf(entry);
  return columns.map((column) => csvCell(fields[column])).join(",");
}

function csvCell(value: unknown): string {
  if (value === undefined) return "";
  const text = typeof value === "object" ? JSON.stringify(value) : String(value);
  // What begins like this is a formula to a spreadsheet, and an id may come from outside.
  const harmless = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\n\r]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
