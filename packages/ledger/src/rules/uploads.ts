/**
 * Files of external rows: what kind a file is, and what a CSV file says (contract section 15.1, upload). The
 * JSON kind is decoded like any request body.
 */
import Papa from "papaparse";

/** A row as read: amount in major units, date as RFC 3339 text; empty for one that can't be read. */
export interface UploadedRow {
  readonly id: string;
  readonly amount: number;
  readonly reference: string;
  readonly currency: string;
  readonly description: string;
  readonly date: string;
}

/** The readable rows of a file, and whether one after them could not be read. */
export interface UploadedRows {
  readonly rows: readonly UploadedRow[];
  readonly broken: boolean;
}

/** Extensions that stand for something else than a table of rows; all unlisted ones leave it to the content. */
const otherTypes = new Set(
  (
    "avif css gif htm html jpeg jpg js mjs pdf png svg wasm webp xml txt md zip gz tar doc docx xls xlsx ods " +
    "xhtml rtf mp3 mp4 mpeg wav ico bmp tiff ttf woff woff2 sh c h py rb java yaml yml tsv eml ics log conf"
  ).split(" "),
);

/** The kind of a file by its name, else by its content; undefined for one that is not taken. */
export function uploadKind(filename: string, content: string): "csv" | "json" | undefined {
  const extension = /\.([^./\\]+)$/.exec(filename)?.[1]?.toLowerCase() ?? "";
  if (extension === "csv" || extension === "json") return extension;
  return otherTypes.has(extension) ? undefined : kindByContent(content);
}

function kindByContent(content: string): "csv" | "json" | undefined {
  if (looksLikeCsv(content)) return "csv";
  try {
    JSON.parse(content);
    return "json";
  } catch {
    return undefined;
  }
}

/** Two lines or more with the same number of commas, at least one. */
function looksLikeCsv(content: string): boolean {
  const [first = "", ...rest] = content.split("\n");
  const commas = first.split(",").length;
  const others = rest.filter((line) => line !== "");
  return commas > 1 && rest.length > 0 && others.every((line) => line.split(",").length === commas);
}

const requiredColumns = ["id", "amount", "date"];
const byteOrderMark = "\uFEFF";
/** Go's white space: a byte-order mark is none, so it stays and breaks the column's name. */
const outerSpace =
  /^[\t-\r \u0085\u00A0\u1680\u2000-\u200A\u2028\u2029\u202F\u205F\u3000]+|[\t-\r \u0085\u00A0\u1680\u2000-\u200A\u2028\u2029\u202F\u205F\u3000]+$/g;

/**
 * Reads a CSV file. Reading stops at the first row that is as wide as the header no more, lacks a reference,
 * a currency or a description, or is quoted wrongly.
 *
 * @returns undefined when there is no usable header
 */
export function parseCsvUpload(content: string): UploadedRows | undefined {
  const marked = content.startsWith(byteOrderMark);
  const parsed = Papa.parse<string[]>(marked ? content.slice(1) : content, {
    delimiter: ",",
    skipEmptyLines: true,
  });
  const [names, ...records] = parsed.data;
  const header = names?.map((name, index) => columnName(marked && index === 0 ? byteOrderMark + name : name));
  if (header === undefined || !requiredColumns.every((name) => header.includes(name))) return undefined;
  const misquoted = parsed.errors.filter((error) => error.type === "Quotes").map((error) => error.row ?? 0);
  return readRecords(header, records, misquoted.length === 0 ? records.length : Math.min(...misquoted) - 1);
}

function columnName(sent: string): string {
  return sent.replace(outerSpace, "").toLowerCase();
}

function readRecords(
  header: readonly string[],
  records: readonly string[][],
  firstMisquoted: number,
): UploadedRows {
  const readable = records.findIndex(
    (record, index) => index >= firstMisquoted || !isComplete(header, record),
  );
  const kept = readable === -1 ? records : records.slice(0, readable);
  return { rows: kept.map((record) => rowOf(header, record)), broken: readable !== -1 };
}

function isComplete(header: readonly string[], record: readonly string[]): boolean {
  const filled = ["reference", "currency", "description"].every((name) => cell(header, record, name) !== "");
  return record.length === header.length && filled;
}

function cell(header: readonly string[], record: readonly string[], name: string): string {
  const index = header.lastIndexOf(name);
  return index === -1 ? "" : (record[index] ?? "");
}

function rowOf(header: readonly string[], record: readonly string[]): UploadedRow {
  const get = (name: string): string => cell(header, record, name);
  return {
    id: get("id"),
    amount: decimal(get("amount")),
    reference: get("reference"),
    currency: get("currency"),
    description: get("description"),
    date: get("date"),
  };
}

/** An amount that is no number counts as 0. */
function decimal(sent: string): number {
  const number = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(sent) ? Number(sent) : 0;
  return Number.isFinite(number) ? number : 0;
}
