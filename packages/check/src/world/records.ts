/** The records that an app keeps of an installation, read out of its files: rows of SQLite, JSON files, lines of JSON. */
import { readFileSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { filesUnder } from "./files.ts";
import type { Tenant } from "./tenants.ts";

/** How many records of an installation stand in one place: a table, a file of lines, a folder of files. */
export type RecordCount = { readonly place: string; readonly count: number };

/** More than any app keeps as text of what a check tells it. */
const largestText = 64 * 1024 * 1024;
/** Places that keep what happened rather than what is. */
const histories = /event|log|audit|deliver|inbox|outbox|webhook|histor|request|journal/i;

/**
 * Counts what names an installation together with its instance, place by place. Histories are left out: a
 * delivery that is written down twice is no second installation.
 *
 * @returns nothing where the files hold nothing that can be read so.
 */
export function recordsOf(path: string, tenant: Tenant): readonly RecordCount[] {
  const found = filesUnder(path).flatMap(({ path: file, size, head }) => {
    if (head.toString("latin1").startsWith("SQLite format 3")) return rowsOf(file, tenant);
    // The log beside a database holds old pages of it again, each as often as it was written.
    const text = head.includes(0) || size > largestText ? "" : textOfFile(file);
    return isRecord(text, tenant) ? textRecords(file, text, tenant) : [];
  });
  const counts = new Map<string, number>();
  for (const { place, count } of found)
    if (count > 0 && !histories.test(place.split("/").slice(-2).join("/")))
      counts.set(place, (counts.get(place) ?? 0) + count);
  return [...counts].map(([place, count]) => ({ place, count }));
}

function isJson(line: string): boolean {
  try {
    JSON.parse(line);
    return true;
  } catch {
    return false;
  }
}

/** A file that has just gone has no text. */
function textOfFile(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}

function isRecord(text: string, { installedAppId, instanceId }: Tenant): boolean {
  return text.includes(installedAppId) && text.includes(instanceId);
}

function textRecords(file: string, text: string, tenant: Tenant): readonly RecordCount[] {
  const all = text.split("\n").filter((line) => line.trim() !== "");
  const lines = all.filter((line) => isRecord(line, tenant));
  // Files of one record each are counted by their folder; one line of many that are JSON each is no such file.
  if (lines.length <= 1 && !(all.length > 1 && lines.some(isJson)))
    return [{ place: file.slice(0, file.lastIndexOf("/")), count: 1 }];
  return [{ place: file, count: lines.length }];
}

function rowsOf(file: string, tenant: Tenant): readonly RecordCount[] {
  const database = new DatabaseSync(file, { readOnly: true, timeout: 3000 });
  try {
    const tables = database
      .prepare("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
      .all()
      .map(({ name }) => String(name));
    return tables.map((table) => {
      const rows = database.prepare(`SELECT * FROM "${table.replaceAll('"', '""')}"`).all();
      return { place: table, count: rows.filter((row) => isRecord(textOf(row), tenant)).length };
    });
  } finally {
    database.close();
  }
}

function textOf(row: Readonly<Record<string, unknown>>): string {
  return Object.values(row)
    .filter((value) => typeof value === "string")
    .join("\n");
}
