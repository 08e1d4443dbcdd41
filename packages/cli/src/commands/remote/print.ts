/** How an answer of the admin API looks on a terminal, and how a refusal ends the command. */
import { CommandError } from "../../failures/index.ts";
import type { AdminAnswer } from "../../running-cloud.ts";
import type { RemoteOptions } from "./command.ts";

type Body = Readonly<Record<string, unknown>>;

/** Prints an answer for a person or a program; a refusal ends the command with code 1. */
export function report(answer: AdminAnswer, options: RemoteOptions, describe: (body: Body) => string): void {
  const refused = answer.status >= 400;
  if (refused && options.json !== true) throw refusalOf(answer.body);
  console.log(options.json === true ? JSON.stringify(answer.body, null, 2) : describe(answer.body));
  if (refused) process.exitCode = 1;
}

/** The rows of a list's answer. */
export function rowsOf(body: Body): readonly Body[] {
  return Array.isArray(body["data"]) ? (body["data"] as readonly Body[]) : [];
}

/** Rows under their headings, each column as wide as its widest entry; or the words for none. */
export function table(
  headings: readonly string[],
  rows: readonly (readonly unknown[])[],
  none: string,
): string {
  if (rows.length === 0) return none;
  const texts = [headings, ...rows.map((row) => row.map(text))];
  const widths = headings.map((_, column) => Math.max(...texts.map((row) => (row[column] ?? "").length)));
  const line = (row: readonly string[]) =>
    row
      .map((entry, column) => entry.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd();
  return texts.map(line).join("\n");
}

/** A list's table, and under it how many there are where that is more than the rows. */
export function listed(body: Body, rows: string, narrowing: string): string {
  const shown = rowsOf(body).length;
  const total = Number(body["total"]);
  if (total <= shown) return rows;
  return `${rows}\n\nThese are the newest ${shown} of ${total}. ${narrowing}`;
}

/** A value as a word: absent ones are a dash. */
export function text(value: unknown): string {
  if (value === null || value === undefined || value === "") return "–";
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** A list as a word, as `--grant` takes one; of a Cloud of another version, which may say nothing of it, none. */
export function listText(value: unknown): string {
  return Array.isArray(value) ? value.join(",") : "";
}

function refusalOf(body: Body): CommandError {
  return new CommandError(`${text(body["error"])} (${text(body["code"])})`, nextStep(body));
}

function nextStep({ delivery_id: delivery, field, reference }: Body): string {
  if (delivery !== undefined) return `See what was sent and answered: annex deliveries (${text(delivery)}).`;
  if (field !== undefined) return `Change what was given for ${text(field)}, and try again.`;
  return `Its reference in the audit log is ${text(reference)}.`;
}
