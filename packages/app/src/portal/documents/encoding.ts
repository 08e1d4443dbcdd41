/**
 * The text of an author's page, in whatever encoding it was saved. Pages are sent as UTF-8; read as if they all were
 * that, one that an editor saved in UTF-16 has no tag in it, and one of the older encodings loses its letters.
 */

/** An encoding that a page names for itself, where a browser looks for it too. */
const named = /<meta[^>]+charset\s*=\s*["']?\s*([\w:.+-]+)/i;
const lookedAtBytes = 1024;

/** What a browser takes for the encoding of a page that is no UTF-8 and does not say what it is. */
const usual = "windows-1252";

/**
 * By the mark at its beginning, else as UTF-8, else as the page says itself.
 *
 * @example
 * ```ts
 * decodePage(Buffer.from("<meta charset=latin1>\xe9", "latin1")); // "<meta charset=latin1>é"
 * ```
 */
export function decodePage(bytes: Uint8Array): string {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return new TextDecoder("utf-16le").decode(bytes);
  if (first === 0xfe && second === 0xff) return new TextDecoder("utf-16be").decode(bytes);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return decoderOf(bytes).decode(bytes);
  }
}

function decoderOf(bytes: Uint8Array): TextDecoder {
  const [, label = usual] =
    named.exec(Buffer.from(bytes.subarray(0, lookedAtBytes)).toString("latin1")) ?? [];
  // A page that says so in ASCII letters is no UTF-16, and one that says UTF-8 has a letter that is broken.
  try {
    return new TextDecoder(/^utf-?16/i.test(label) ? "utf-8" : label);
  } catch {
    return new TextDecoder(usual);
  }
}
