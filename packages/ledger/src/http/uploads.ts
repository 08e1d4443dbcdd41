/**
 * Requests that bring a file (contract section 15.1, upload): a multipart form, or fields or JSON that name an
 * address to fetch it from.
 */
import type { RouteRequest } from "./router.ts";
import { decodeRequest } from "./router.ts";
import { BodyError, structure, text } from "./shapes.ts";

/** What an upload request holds. */
export interface UploadRequest {
  readonly source: string;
  readonly file?: { readonly name: string; readonly content: string };
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
  const fields = new URLSearchParams(Buffer.from(request.body).toString("utf8"));
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
  const form = await readForm(request, type);
  const file = form?.get("file");
  const field = (name: string): string => {
    const sent = form?.get(name);
    return typeof sent === "string" ? sent : "";
  };
  const named = { source: field("source"), url: field("url") };
  if (file === undefined || file === null || typeof file === "string" || file.name === "") return named;
  return { ...named, file: { name: file.name, content: await textOf(file) } };
}

async function readForm(request: RouteRequest, type: string): Promise<FormData | undefined> {
  try {
    return await new Response(new Uint8Array(request.body), { headers: { "content-type": type } }).formData();
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}

/** The file's text; a byte-order mark stays in it. */
async function textOf(file: Blob): Promise<string> {
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(await file.arrayBuffer());
}
