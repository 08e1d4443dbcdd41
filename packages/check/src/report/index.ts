/** A report in each format of the doors. Pure: from the report's data to text. Imports `evidence` alone. */
import type { Report } from "../evidence/index.ts";
import { htmlReport } from "./html/index.ts";
import { jsonReport } from "./json.ts";
import { junitReport } from "./junit.ts";
import { markdownReport } from "./markdown.ts";
import { prettyReport } from "./pretty.ts";
import { sarifReport } from "./sarif.ts";

const formats = {
  pretty: prettyReport,
  json: jsonReport,
  junit: junitReport,
  sarif: sarifReport,
  html: htmlReport,
  markdown: markdownReport,
} as const satisfies Readonly<Record<string, (report: Report) => string>>;

/** The forms a report comes in. */
export type ReportFormat = keyof typeof formats;
/** Every form a report comes in, for usage texts. */
export const reportFormats = Object.keys(formats) as readonly ReportFormat[];
export { progressLine } from "./pretty.ts";

/**
 * The report as text.
 *
 * @example
 * ```ts
 * console.log(formatReport(report, "markdown"));
 * ```
 */
export function formatReport(report: Report, format: ReportFormat): string {
  return formats[format](report);
}
