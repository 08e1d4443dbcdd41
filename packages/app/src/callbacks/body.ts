import type { FieldProblem } from "@annex/protocol";
import { callbackBodyLimit } from "@annex/protocol/words";
import { type Answer, BodyTooLarge, type Exchange, jsonAnswer } from "../server/exchange.ts";

/** Why a callback or portal request is refused, in the shape of contract section 8 with the field named. */
export type Refusal = {
  readonly status: 400 | 405 | 409 | 413 | 415 | 422;
  readonly code: string;
  readonly error: string;
  readonly field?: string;
  readonly problems?: readonly FieldProblem[];
};

/** Either the parsed JSON or the refusal. */
export type ParsedBody =
  | { readonly ok: true; readonly json: unknown }
  | { readonly ok: false; readonly refusal: Refusal };

const utf8 = new TextDecoder("utf-8", { fatal: true });

/**
 * Reads a body of at most 64 KiB as JSON. A charset in the content type, a byte
 * order mark and any content type are accepted; the sender is known by the URL.
 * Contract section 5.
 */
export async function readJson(exchange: Exchange): Promise<ParsedBody> {
  let bytes: Uint8Array;
  try {
    bytes = await exchange.body(callbackBodyLimit);
  } catch (error) {
    if (!(error instanceof BodyTooLarge)) throw error;
    return refused(413, "body_too_large", `The body is larger than ${callbackBodyLimit} bytes.`);
  }
  const decoder = decoderFor(exchange.header("content-type"));
  if (decoder === undefined) return refused(415, "charset_unknown", "The charset of the body is not known.");
  return parse(decoder, bytes);
}

function parse(decoder: TextDecoder, bytes: Uint8Array): ParsedBody {
  try {
    return { ok: true, json: JSON.parse(decoder.decode(bytes)) as unknown };
  } catch {
    // The parser's own message repeats the text, which can hold a key.
    const why = bytes.length === 0 ? "The body is empty; JSON is wanted." : "The body is not JSON.";
    return refused(400, "invalid_json", why);
  }
}

function decoderFor(contentType: string | undefined): TextDecoder | undefined {
  const charset = contentType === undefined ? undefined : /;\s*charset="?([^\s";]+)/i.exec(contentType)?.[1];
  if (charset === undefined || /^utf-?8$/i.test(charset)) return utf8;
  try {
    return new TextDecoder(charset, { fatal: true });
  } catch {
    return undefined;
  }
}

function refused(status: Refusal["status"], code: string, error: string): ParsedBody {
  return { ok: false, refusal: { status, code, error, field: "body" } };
}

/** The refusal of a body that is JSON but not the wanted one: names each field and why. */
export function invalidFields(problems: readonly [FieldProblem, ...FieldProblem[]]): Refusal {
  const [first] = problems;
  return {
    status: 422,
    code: "invalid_body",
    error: `${first.field}: ${first.problem}`,
    field: first.field,
    problems,
  };
}

/** A refusal as an answer, with the reference it has in the log. */
export function refusalAnswer(refusal: Refusal, reference: string): Answer {
  const { status, ...body } = refusal;
  return jsonAnswer(status, JSON.stringify({ ...body, reference }), {
    "cache-control": "no-store",
    ...(status === 405 ? { allow: "POST" } : {}),
  });
}
