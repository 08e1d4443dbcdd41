/**
 * Files of external rows: what kind a file is, and what a CSV file says (contract section 15.1, upload). The
 * JSON kind is decoded like any request body.
 */
import { csvRecords } from "./csv.ts";
import { readDouble } from "./number-texts.ts";
import { trimmed } from "./texts.ts";

/** A row as read: amount in major units, date as written. */
export interface UploadedRow {
  readonly id: string;
  readonly amount: number;
  readonly reference: string;
  readonly currency: string;
  readonly description: string;
  readonly date: string;
}

/** The rows of a file, in steps of which some give none; the end says whether there is something that is no row. */
export type RowSteps<Row> = Generator<Row | undefined, boolean, undefined>;

/** Extensions that stand for something else than a table of rows; all unlisted ones leave it to the content. */
const otherTypes = new Set(
  (
    "avif css gif htm html jpeg jpg js mjs pdf png svg wasm webp xml txt md zip gz tar doc docx xls xlsx ods " +
    "xhtml rtf mp3 mp4 mpeg wav ico bmp tiff ttf woff woff2 sh c h py rb java yaml yml tsv eml ics log conf"
  ).split(" "),
);

/**
 * The kind of a file by its name, else by its content; undefined for one that is not taken.
 *
 * @param content no less than its first 512 characters
 */
export function uploadKind(filename: string, content: string): "csv" | "json" | undefined {
  const extension = /\.([^./\\]+)$/.exec(filename)?.[1]?.toLowerCase() ?? "";
  if (extension === "csv" || extension === "json") return extension;
  return otherTypes.has(extension) || !looksLikeCsv(content) ? undefined : "csv";
}

/** Of a file without a telling name Core looks at so many bytes, the missing ones being zero. */
const sniffedBytes = 512;
const sniffedLines = 5;
const byteOrderMark = "\uFEFF";

/**
 * Whether the beginning is a table: lines with the same number of commas, at least one. Text of 512 bytes or
 * more has no chance, as Core takes it for prose at once; and of a shorter one the zeros behind it count as a
 * line, so that it must have five lines or no line end at its end. JSON is never recognised.
 */
function looksLikeCsv(content: string): boolean {
  const start = Buffer.from(content.slice(0, sniffedBytes)).subarray(0, sniffedBytes);
  const sniffed = Buffer.concat([start, Buffer.alloc(sniffedBytes - start.length)]).toString("latin1");
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these bytes tell a binary file from text.
  if (content.startsWith(byteOrderMark) || !/[\0-\x08\v\x0E-\x1A\x1C-\x1F]/.test(sniffed)) return false;
  const [first = "", ...rest] = sniffed.split("\n").slice(0, sniffedLines);
  const commas = first.split(",").length;
  const others = rest.filter((line) => line !== "");
  return commas > 1 && rest.length > 0 && others.every((line) => line.split(",").length === commas);
}

const requiredColumns = ["id", "amount", "date"];
/**
 * Reads a CSV file, a record a step. A byte-order mark is no white space: it stays, and breaks the first column's name. A
 * row that is not as wide as the header, lacks a value or is quoted wrongly is left out; so is every row under a header
 * that names a column twice.
 *
 * @param content may come in pieces
 * @returns undefined when there is no usable header
 */
export function csvUpload(content: Iterable<string>): RowSteps<UploadedRow> | undefined {
  const records = csvRecords(content);
  const { value: names } = records.next();
  const header = names?.map((name: string) => trimmed(name).toLowerCase());
  const isUsable = header !== undefined && requiredColumns.every((name) => header.includes(name));
  return isUsable ? rowsUnder(header, records) : undefined;
}

function* rowsUnder(
  header: readonly string[],
  records: Iterable<readonly string[] | undefined>,
): RowSteps<UploadedRow> {
  const isAmbiguous = new Set(header).size < header.length;
  let broken = false;
  for (const record of records) {
    const row = isAmbiguous ? undefined : rowOf(header, record);
    broken ||= row === undefined;
    yield row;
  }
  return broken;
}

const valueColumns = ["id", "amount", "reference", "currency", "description", "date"] as const;

/** A row with all of its values, without the space around them; undefined for one that has not all of them. */
function rowOf(header: readonly string[], record: readonly string[] | undefined): UploadedRow | undefined {
  if (record === undefined || record.length !== header.length) return undefined;
  const cells = new Map(header.map((name, index) => [name, trimmed(record[index] ?? "")]));
  const [id = "", amount = "", reference = "", currency = "", description = "", date = ""] = valueColumns.map(
    (name) => cells.get(name) ?? "",
  );
  if ([id, amount, reference, currency, description, date].includes("")) return undefined;
  return { id, amount: readDouble(amount) ?? 0, reference, currency, description, date };
}
