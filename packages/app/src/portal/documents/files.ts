/** The static files of the author's pages. They hold nothing of any installation. */
import { createReadStream } from "node:fs";
import { readFile, realpath, stat } from "node:fs/promises";
import { join, normalize, sep } from "node:path";
import { Readable } from "node:stream";
import { getMimeType, mimes } from "hono/utils/mime";
import type { AnyAnswer, Exchange } from "../../http/exchange.ts";
import { byteRange } from "./ranges.ts";

/** A larger file is sent as it is read. */
const wholeBytes = 1024 * 1024;

/** What else the files of a page are, beside what the library knows; a browser is told not to guess. */
const types: Readonly<Record<string, string>> = {
  ...mimes,
  "7z": "application/x-7z-compressed",
  apng: "image/apng",
  atom: "application/atom+xml",
  cjs: "text/javascript; charset=utf-8",
  cur: "image/x-icon",
  doc: "application/msword",
  docx: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
  flac: "audio/flac",
  geojson: "application/geo+json",
  heic: "image/heic",
  json5: "application/json5",
  jsonl: "application/jsonl",
  jxl: "image/jxl",
  log: "text/plain; charset=utf-8",
  m3u8: "application/vnd.apple.mpegurl",
  m4a: "audio/mp4",
  m4v: "video/mp4",
  md: "text/markdown; charset=utf-8",
  mkv: "video/x-matroska",
  mov: "video/quicktime",
  mpd: "application/dash+xml",
  ndjson: "application/x-ndjson",
  odp: "application/vnd.oasis.opendocument.presentation",
  ods: "application/vnd.oasis.opendocument.spreadsheet",
  odt: "application/vnd.oasis.opendocument.text",
  ogg: "audio/ogg",
  ppt: "application/vnd.ms-powerpoint",
  pptx: "application/vnd.openxmlformats-officedocument.presentationml.presentation",
  rss: "application/rss+xml",
  srt: "text/plain; charset=utf-8",
  tar: "application/x-tar",
  toml: "application/toml",
  topojson: "application/json",
  tsv: "text/tab-separated-values; charset=utf-8",
  usdz: "model/vnd.usdz+zip",
  vcf: "text/vcard; charset=utf-8",
  vtt: "text/vtt; charset=utf-8",
  wav: "audio/wav",
  xls: "application/vnd.ms-excel",
  xlsx: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
  yaml: "application/yaml",
  yml: "application/yaml",
};

/** A file that is there. */
export type FoundFile = {
  readonly file: string;
  readonly size: number;
  /** Changes with the file. */
  readonly tag: string;
  readonly contentType: string;
};

/**
 * The file of a path below the directory; nothing where there is none, for hidden ones such as `.env`, and where a link
 * leads out of the directory: who builds pages does not mean to publish what lies beside them.
 */
export async function findFile(directory: string, path: string): Promise<FoundFile | undefined> {
  // A folder with a page of its own, such as the documentation beside an app, is that page.
  const file = fileBelow(directory, /[^/]\/$/.test(path) ? `${path}index.html` : path);
  if (file === undefined) return undefined;
  const found = await stat(file).catch(nothingThere);
  if (found === undefined || !found.isFile() || !(await isInside(directory, file))) return undefined;
  const { size, mtimeMs } = found;
  const tag = `"${size.toString(36)}-${Math.floor(mtimeMs).toString(36)}"`;
  return { file, size, tag, contentType: getMimeType(file, types) ?? "application/octet-stream" };
}

/**
 * Answers with a file: whole, a part of it, or that the copy the browser has is still right.
 *
 * @param ancestors who may frame it: opened on its own, a file such as XHTML or a PDF is a page too.
 */
export async function answerFile(
  found: FoundFile,
  path: string,
  exchange: Exchange,
  ancestors: string,
): Promise<AnyAnswer> {
  const headers = fileHeaders(found, path, ancestors);
  if (isKnown(exchange.header("if-none-match"), found.tag)) return { status: 304, headers };
  const range = byteRange(exchange, found);
  if (range === "unsatisfiable")
    return { status: 416, headers: { ...headers, "content-range": `bytes */${found.size}` } };
  const { from, to } = range ?? { from: 0, to: found.size - 1 };
  const length = to - from + 1;
  const status = range === undefined ? 200 : 206;
  const sent = {
    ...headers,
    ...(range === undefined ? {} : { "content-range": `bytes ${from}-${to}/${found.size}` }),
  };
  if (exchange.method === "HEAD") return { status, headers: { ...sent, "content-length": String(length) } };
  if (found.size <= wholeBytes)
    return { status, headers: sent, body: (await readFile(found.file)).subarray(from, to + 1) };
  return new Response(bytesOf(found.file, from, to), {
    status,
    headers: { ...sent, "content-length": String(length) },
  });
}

/** Where the folders of pages really are. */
const realDirectories = new Map<string, string>();

/** Links within the directory are as good as files; the directory itself may be one. */
async function isInside(directory: string, file: string): Promise<boolean> {
  const real = await realpath(file).catch(nothingThere);
  if (real === undefined) return false;
  const known = realDirectories.get(directory);
  if (known !== undefined && real.startsWith(known + sep)) return isShown(real.slice(known.length));
  // Asked for once, and again when a link that the directory is leads elsewhere by now.
  const above = await realpath(directory).catch(nothingThere);
  if (above === undefined || !real.startsWith(above + sep)) return false;
  realDirectories.set(directory, above);
  return isShown(real.slice(above.length));
}

/** A folder such as `..2026_11_27_09_30_00.1`, in which Kubernetes keeps a version of what it mounts, hides nothing. */
function isShown(path: string): boolean {
  return !isHidden(path.replaceAll(/(?<=[/\\])\.\.(?=\d{4}_)/g, ""));
}

function bytesOf(file: string, start: number, end: number): ReadableStream<Uint8Array> {
  // Node's and the browser's stream types differ in name only.
  return Readable.toWeb(createReadStream(file, { start, end })) as ReadableStream<Uint8Array>;
}

function fileBelow(directory: string, path: string): string | undefined {
  const decoded = decodedPath(path);
  if (decoded === undefined || decoded.includes("\0") || isHidden(decoded)) return undefined;
  const file = normalize(join(directory, decoded));
  return file.startsWith(normalize(directory + sep)) ? file : undefined;
}

// What begins with a dot was not meant to be published, but for the one directory that the web has agreed on.
function isHidden(path: string): boolean {
  return path.split(/[/\\]/).some((part) => part.startsWith(".") && part !== ".well-known");
}

function decodedPath(path: string): string | undefined {
  try {
    return decodeURIComponent(path);
  } catch {
    return undefined;
  }
}

/** Not there, not allowed, or no name a file can have: either way nothing to serve. */
function nothingThere(error: NodeJS.ErrnoException): undefined {
  const meant = ["ENOENT", "ENOTDIR", "ENAMETOOLONG", "EACCES", "EPERM", "ELOOP", "EINVAL"];
  if (!meant.includes(error.code ?? "")) throw error;
}

function isKnown(header: string | undefined, tag: string): boolean {
  if (header === undefined) return false;
  return header.trim() === "*" || header.split(",").some((known) => known.trim().replace(/^W\//, "") === tag);
}

/** An SVG can hold scripts; opened on its own it may run none. */
const svgPolicy = "; default-src 'none'; style-src 'unsafe-inline'; sandbox";

// Built files carry a hash in their name, so that a name's content never changes.
function fileHeaders(
  { contentType, tag }: FoundFile,
  path: string,
  ancestors: string,
): Readonly<Record<string, string>> {
  return {
    "content-type": contentType,
    "cache-control": path.startsWith("/assets/") ? "public, max-age=31536000, immutable" : "no-cache",
    etag: tag,
    "accept-ranges": "bytes",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "content-security-policy": `${ancestors}${contentType.startsWith("image/svg+xml") ? svgPolicy : ""}`,
  };
}
