/** Reading what a caller sends: a limit on its size, JSON, and a schema that names the field. */
import type { IncomingMessage } from "node:http";
import { parseExactJson, parseWith } from "@annex/protocol";
import type { z } from "zod";
import { Refusal } from "../errors.ts";

/** Bytes of an ordinary JSON body; the largest thing an app sends is a bulk of transactions. */
export const ordinaryBodyLimit = 8 * 1024 * 1024;
/** Bytes of an uploaded file. */
export const uploadBodyLimit = 32 * 1024 * 1024;

/**
 * The bytes of a request's body; nothing over the limit is kept in memory.
 *
 * @throws Refusal 413 `payload_too_large`, 415 `unsupported_encoding`, 400 `body_incomplete` when the connection ends in
 *   the middle of it.
 */
export async function readBytes(request: Request, limit: number): Promise<Uint8Array> {
  const announced = Number(request.headers.get("content-length") ?? "0");
  if (announced > limit) throw tooLarge(limit);
  refuseEncoded(request.headers.get("content-encoding"));
  const { body } = request;
  if (body === null) return nothing;
  return whole(async () =>
    announced > 0 ? new Uint8Array(await request.arrayBuffer()) : readUnannounced(body, limit),
  );
}

/**
 * The bytes of a body that comes to a server of Node's own.
 *
 * @throws Refusal as `readBytes` does.
 */
export async function readIncoming(incoming: IncomingMessage, limit: number): Promise<Uint8Array> {
  const { "content-length": announced, "transfer-encoding": chunked } = incoming.headers;
  if (announced === undefined && chunked === undefined) return nothing;
  if (Number(announced ?? "0") > limit) throw tooLarge(limit);
  refuseEncoded(incoming.headers["content-encoding"]);
  return whole(() => readUnannounced(incoming, limit));
}

/** What fails while a body comes is the connection. */
async function whole(read: () => Promise<Uint8Array>): Promise<Uint8Array> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof Refusal) throw error;
    throw new Refusal(400, "body_incomplete", "The connection ended before the whole body was there.");
  }
}

/** Nobody here unpacks a body, and one that is read as it comes would be called malformed. */
function refuseEncoded(encoding: string | null | undefined): void {
  if (/^(?:\s*|identity)$/i.test(encoding ?? "")) return;
  const sentence = `The body is encoded as ${String(encoding).slice(0, 60)}, which the local Cloud does not undo. Send it as it is, without Content-Encoding.`;
  throw new Refusal(415, "unsupported_encoding", sentence);
}

const nothing = new Uint8Array();

/** A body whose length was not said is counted while it comes. */
async function readUnannounced(body: AsyncIterable<Uint8Array>, limit: number): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of body) {
    length += part.length;
    if (length > limit) throw tooLarge(limit);
    parts.push(part);
  }
  const [first] = parts;
  return parts.length === 1 && first !== undefined ? first : Buffer.concat(parts);
}

/**
 * The JSON value of a body, integers of any size exact.
 *
 * @throws Refusal 400 `malformed_json`.
 */
export function jsonOf(bytes: Uint8Array): unknown {
  try {
    return parseExactJson(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    throw new Refusal(400, "malformed_json", "The body is not JSON. Send a JSON object in UTF-8.", {
      field: "body",
    });
  }
}

/**
 * A value checked against a schema.
 *
 * @throws Refusal with the given status, `invalid_request`, naming the first wrong field.
 */
export function checked<Value>(schema: z.ZodType<Value>, input: unknown, status: 400 | 422 = 422): Value {
  const parsed = parseWith(schema, input);
  if (parsed.ok) return parsed.value;
  const [{ field, problem }] = parsed.problems;
  throw new Refusal(status, "invalid_request", `${field}: ${problem}.`, { field });
}

function tooLarge(limit: number): Refusal {
  const mebibytes = limit / 1024 / 1024;
  return new Refusal(
    413,
    "payload_too_large",
    `The body is larger than ${mebibytes} MiB. Send less at a time.`,
    {
      field: "body",
    },
  );
}
