/**
 * Requests that bring a file (contract section 15.1, upload): a multipart form, or JSON that names an
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

/** Reads an upload request; one that is neither form nor JSON holds nothing. */
export async function uploadRequest(request: RouteRequest): Promise<UploadRequest> {
  const type = request.headers["content-type"] ?? "";
  return /^multipart\/form-data/i.test(type) ? fromForm(request, type) : fromJson(request);
}

function fromJson(request: RouteRequest): UploadRequest {
  try {
    return decodeRequest(request, addressBody);
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
  if (file === undefined || file === null || typeof file === "string") return named;
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

/** Why an address can't be fetched from, with the texts of the contract. No host is on the white list. */
export function addressFault(url: string): "invalid" | "scheme" | "host" {
  const control = /\p{Cc}|^:|^[^/?#]*%|%(?![0-9a-f]{2})/iu;
  const [, scheme] = /^([a-z][a-z0-9+.-]*):/i.exec(url) ?? [];
  if (control.test(url)) return "invalid";
  if (scheme === undefined) return /^[^/?#]*:/.test(url) ? "invalid" : "scheme";
  if (!/^https?$/i.test(scheme)) return "scheme";
  const withoutHost = /^https?:(?!\/\/[^/?#])/i.test(url);
  return withoutHost || URL.canParse(url) ? "host" : "invalid";
}
