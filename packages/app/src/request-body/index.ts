/** Reads the JSON body of a request, at the two doors and in the portal alike. */
import { AppError } from "../errors/app-error.ts";
import { BodyTooLarge, type Exchange } from "../http/exchange.ts";

const utf8 = new TextDecoder("utf-8", { fatal: true });

/** What is nested deeper is nobody's data, and whoever walks through it, a handler or the answer's writer, runs out of stack. */
const mostLevels = 1000;

/**
 * The JSON in a body. Any content type is accepted, and so are a charset, however
 * it is quoted, and a byte order mark. Contract section 5.
 *
 * @param limit in bytes.
 * @param parse what makes a value of the text; what it throws is not repeated, since it can quote a key.
 * @throws AppError 413 `body_too_large`, 415 `content_encoding_unknown` or `charset_unknown`, 400 `invalid_json`.
 */
export async function readJsonBody(
  exchange: Exchange,
  limit: number,
  parse: (text: string) => unknown,
): Promise<unknown> {
  refuseEncoded(exchange.header("content-encoding"));
  const decoder = decoderFor(exchange.header("content-type"));
  const bytes = await bodyBytes(exchange, limit);
  try {
    const text = decoder.decode(bytes);
    if (!isTooDeep(text)) return parse(text);
  } catch {
    if (bytes.length === 0) throw emptyBody();
    throw refusal(400, "invalid_json", "The body is not JSON.", "Send a JSON body.");
  }
  throw refusal(
    400,
    "invalid_json",
    `The body is nested more than ${mostLevels} levels deep.`,
    "Send a flatter one.",
  );
}

/** Nothing came where something was wanted. */
export function emptyBody(): AppError {
  return refusal(400, "invalid_json", "The body is empty; JSON is wanted.", "Send a JSON body.");
}

function isTooDeep(text: string): boolean {
  // Each level takes two characters.
  if (text.length <= 2 * mostLevels) return false;
  let level = 0;
  let isInText = false;
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at];
    if (isInText && character === "\\") at += 1;
    else if (character === '"') isInText = !isInText;
    else if (isInText) continue;
    else if (character === "[" || character === "{") level += 1;
    else if (character === "]" || character === "}") level -= 1;
    if (level > mostLevels) return true;
  }
  return false;
}

// What is decompressed can grow a thousandfold, and nobody who sends events compresses them.
function refuseEncoded(encoding: string | undefined): void {
  const named = encoding?.trim().toLowerCase() ?? "";
  if (named === "" || named === "identity") return;
  throw refusal(
    415,
    "content_encoding_unknown",
    "The body is compressed or encoded (content-encoding); only plain bodies are read here.",
    "Send the body as it is, without content-encoding.",
  );
}

function decoderFor(contentType: string | undefined): TextDecoder {
  const charset = contentType === undefined ? undefined : charsetIn(contentType);
  if (charset === undefined || /^utf-?8$/i.test(charset)) return utf8;
  try {
    return new TextDecoder(charset, { fatal: true });
  } catch {
    throw refusal(415, "charset_unknown", "The charset of the body is not known.", "Send the body in UTF-8.");
  }
}

// Double quotes are the standard's; single ones are what some clients send.
function charsetIn(contentType: string): string | undefined {
  return /;\s*charset\s*=\s*["']?\s*([^\s"';,]+)/i.exec(contentType)?.[1];
}

/**
 * The bytes of a body.
 *
 * @throws AppError 413 `body_too_large`.
 */
export async function bodyBytes(exchange: Exchange, limit: number): Promise<Uint8Array> {
  try {
    return await exchange.body(limit);
  } catch (error) {
    if (!(error instanceof BodyTooLarge)) throw error;
    throw refusal(413, "body_too_large", `The body is larger than ${limit} bytes.`, "Send less at a time.");
  }
}

function refusal(status: number, code: string, whatHappened: string, whatToDo: string): AppError {
  return new AppError({ code, status, whatHappened, whatToDo, details: { field: "body" } });
}
