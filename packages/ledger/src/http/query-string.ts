/**
 * Query strings as Core reads them: pairs apart by `&`; a pair that holds a semicolon or a broken percent-escape
 * is left out, as if it had not been sent.
 */

import { isUtf8 } from "node:buffer";

/**
 * Reads the part of a target behind its question mark.
 *
 * @example parseQueryString("limit=5;offset=x&a=%zz&b=1+2") // only b, "1 2"
 */
export function parseQueryString(query: string): URLSearchParams {
  const read = new URLSearchParams();
  for (const pair of query.split("&")) {
    if (pair === "" || pair.includes(";")) continue;
    const at = pair.includes("=") ? pair.indexOf("=") : pair.length;
    const key = unescaped(pair.slice(0, at));
    const value = unescaped(pair.slice(at + 1));
    if (key !== undefined && value !== undefined) read.append(key, value);
  }
  return read;
}

function unescaped(text: string): string | undefined {
  return percentDecoded(text.replaceAll("+", " "));
}

/**
 * A text without its percent-escapes; undefined when one is broken. Bytes that are no UTF-8 become half a
 * surrogate pair: answers show U+FFFD for it, and no database takes it.
 *
 * @example percentDecoded("caf%C3%A9") // "café"
 */
export function percentDecoded(text: string): string | undefined {
  if (!text.includes("%")) return text;
  if (/%(?![0-9a-f]{2})/i.test(text)) return undefined;
  const bytes = Buffer.from(text, "utf8").toString("latin1");
  const decoded = bytes.replace(/%([0-9a-f]{2})/gi, (_, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 16)),
  );
  const utf8 = Buffer.from(decoded, "latin1");
  return isUtf8(utf8) ? utf8.toString("utf8") : utf8.toString("utf8").replaceAll("\ufffd", "\udcff");
}
