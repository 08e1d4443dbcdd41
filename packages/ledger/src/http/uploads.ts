/**
 * Requests that bring a file (contract section 15.1, upload): a multipart form, or fields or JSON that name an
 * address to fetch it from.
 */
import { endedInTurns } from "../turns.ts";
import { type FormPart, formParts, textIn } from "./multipart.ts";
import { bodyText, decodeRequest, type RouteRequest } from "./router.ts";
import { BodyError, structure, text } from "./shapes.ts";

/** A file that was sent. */
export interface UploadedFile {
  readonly name: string;
  readonly pieces: readonly Uint8Array[];
}

/** What an upload request holds. */
export interface UploadRequest {
  readonly source: string;
  readonly file?: UploadedFile;
  readonly url: string;
}

const nothing: UploadRequest = { source: "", url: "" };
const addressBody = structure("UploadRequest", { url: text, source: text });

/** Reads an upload request; one of another type than these three holds nothing. */
export async function uploadRequest(request: RouteRequest): Promise<UploadRequest> {
  const type = request.headers["content-type"] ?? "";
  if (/^multipart\/form-data/i.test(type)) return fromForm(request, type);
  if (/^application\/x-www-form-urlencoded/i.test(type)) return fromFields(request);
  return /^application\/json/i.test(type) ? fromJson(request) : nothing;
}

function fromFields(request: RouteRequest): UploadRequest {
  const fields = new URLSearchParams(bodyText(request.body));
  return { source: fields.get("source") ?? "", url: fields.get("url") ?? "" };
}

async function fromJson(request: RouteRequest): Promise<UploadRequest> {
  try {
    return await decodeRequest(request, addressBody);
  } catch (error) {
    if (error instanceof BodyError) return nothing;
    throw error;
  }
}

async function fromForm(request: RouteRequest, type: string): Promise<UploadRequest> {
  const parts = (await endedInTurns(formParts(request.body, type))) ?? [];
  const named = (name: string): FormPart | undefined => parts.find((part) => part.name === name);
  const field = (name: string): string => {
    const part = named(name);
    return part === undefined || part.filename !== undefined ? "" : textIn(part.pieces);
  };
  const fields = { source: field("source"), url: field("url") };
  const file = named("file");
  if (file?.filename === undefined || file.filename === "") return fields;
  return { ...fields, file: { name: file.filename, pieces: file.pieces } };
}

const bytesAtOnce = 64 * 1024;

/** The text of a file, some at a time; a byte-order mark stays in it. */
export function* textOf({ pieces }: UploadedFile): Generator<string> {
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  for (const piece of pieces)
    for (let start = 0; start < piece.byteLength; start += bytesAtOnce)
      yield decoder.decode(piece.subarray(start, start + bytesAtOnce), { stream: true });
  yield decoder.decode();
}
