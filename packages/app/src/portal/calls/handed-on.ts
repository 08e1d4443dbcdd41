/**
 * A `Response` that came from `fetch` says how its body was compressed, and holds
 * it decompressed. Handed on as it is, the browser would decompress it once more,
 * or stop at the length of the compressed bytes.
 */
// As a whole: Node has zstd since 22.15 only, and a name that is missing there would keep this file from loading.
import * as zlib from "node:zlib";

/** Decompress as far as the bytes go, since they are the beginning of a body. */
const decompressors: Readonly<Record<string, (bytes: Uint8Array) => unknown>> = {
  gzip: (bytes) => zlib.gunzipSync(bytes, { finishFlush: zlib.constants.Z_SYNC_FLUSH }),
  "x-gzip": (bytes) => zlib.gunzipSync(bytes, { finishFlush: zlib.constants.Z_SYNC_FLUSH }),
  deflate: (bytes) => zlib.inflateSync(bytes, { finishFlush: zlib.constants.Z_SYNC_FLUSH }),
  br: (bytes) => zlib.brotliDecompressSync(bytes, { finishFlush: zlib.constants.BROTLI_OPERATION_FLUSH }),
  ...("zstdDecompressSync" in zlib && {
    zstd: (bytes) => zlib.zstdDecompressSync(bytes, { finishFlush: zlib.constants.ZSTD_e_flush }),
  }),
};

/**
 * The body to hand on. Takes the encoding out of the headers where the body does not have it any more.
 *
 * @param headers of the answer that is going to carry it; changed here.
 */
export async function trueBody(answer: Response, headers: Headers): Promise<Response["body"]> {
  const encoding = headers.get("content-encoding")?.trim().toLowerCase() ?? "";
  // An address means that it came from fetch, which decompressed what it knows.
  if (answer.body === null || (answer.url !== "" && isFetchDecoded(encoding))) {
    headers.delete("content-encoding");
    return answer.body;
  }
  return sniffed(answer.body, encoding, headers);
}

/** By each Node; of zstd the older ones hand out the bytes as they came. */
const decodedByFetch = ["gzip", "x-gzip", "deflate", "br", "identity", ""];

function isFetchDecoded(encoding: string): boolean {
  return encoding.split(",").every((each) => decodedByFetch.includes(each.trim()));
}

// Headers copied into a Response of the handler's own, or bytes that were compressed by it: only the bytes tell.
async function sniffed(
  body: NonNullable<Response["body"]>,
  encoding: string,
  headers: Headers,
): Promise<Response["body"]> {
  const reader = body.getReader();
  const first = await reader.read();
  if (first.done || !isCompressed(first.value, encoding)) headers.delete("content-encoding");
  return new ReadableStream({
    start: (controller) => (first.done ? controller.close() : controller.enqueue(first.value)),
    pull: async (controller) => {
      const next = await reader.read();
      if (next.done) controller.close();
      else controller.enqueue(next.value);
    },
    cancel: (reason) => reader.cancel(reason),
  });
}

function isCompressed(bytes: Uint8Array, encoding: string): boolean {
  // Of several, one over the other, the last was applied last.
  const decompress = decompressors[encoding.slice(encoding.lastIndexOf(",") + 1).trim()];
  // One we do not know: the handler knows better.
  if (decompress === undefined) return true;
  try {
    decompress(bytes);
    return true;
  } catch {
    return false;
  }
}
