/** Looking for a secret in every form it may have been put into, and keeping it out of a report. */
/** The form a secret was found in, and some text around it with the secret masked. */
export type SecretFinding = { readonly form: string; readonly around: string };

/**
 * A search for the first of many secrets that stands in a content in any form: one pass over each content, however
 * many secrets there are.
 *
 * @example
 * ```ts
 * const search = searchFor(keys);
 * search(log)?.form; // "base64"
 * ```
 */
export function searchFor(
  secrets: readonly string[],
): (content: string | Uint8Array) => SecretFinding | undefined {
  const telling = new Map<string, string>();
  for (const secret of secrets) for (const piece of tellingPieces(secret)) telling.set(piece, secret);
  const sieve = sieveFor([...telling.keys()]);
  return (content) => {
    const bytes = typeof content === "string" ? Buffer.from(content, "latin1") : Buffer.from(content);
    for (const at of placesToLookAt(bytes, sieve))
      for (let start = Math.max(0, at - pieceLength + gramLength); start <= at; start += 1) {
        const secret = telling.get(bytes.toString("latin1", start, start + pieceLength));
        const finding = secret === undefined ? undefined : findSecret(content, secret);
        if (finding !== undefined) return finding;
      }
    return undefined;
  };
}

/** So few bytes of a piece are looked for first, and so far apart that every piece of the content holds some. */
const gramLength = 7;
const stride = 8;
/** So sparse that few places of a content are looked at in vain, however many secrets there are. */
const leastSieveBits = 16;
const mostSieveBits = 25;
const sparse = 64;

function sieveFor(pieces: readonly string[]): Uint8Array {
  const bits = Math.ceil(Math.log2(1 + pieces.length * stride * sparse));
  const sieve = new Uint8Array(2 ** Math.min(mostSieveBits, Math.max(leastSieveBits, bits)));
  for (const piece of pieces) {
    const bytes = Buffer.from(piece, "latin1");
    for (let at = 0; at + gramLength <= bytes.length; at += 1)
      sieve[gramAt(bytes, at) & (sieve.length - 1)] = 1;
  }
  return sieve;
}

/** Where a piece may stand: few places, so that a store of megabytes is searched for hundreds of keys in a moment. */
function* placesToLookAt(bytes: Buffer, sieve: Uint8Array): Generator<number> {
  for (let at = 0; at + gramLength <= bytes.length; at += stride)
    if (sieve[gramAt(bytes, at) & (sieve.length - 1)] === 1) yield at;
}

/** A number for the bytes from a place on. */
function gramAt(bytes: Buffer, at: number): number {
  let sum = 0;
  for (let place = at; place < at + gramLength; place += 1)
    sum = Math.imul(sum ^ (bytes[place] ?? 0), 0x01000193);
  return sum ^ (sum >>> 15);
}

/** What a content holds where it holds the secret: the middle of a form, where it is random, or any piece. */
function tellingPieces(secret: string): readonly string[] {
  const body = secret.slice(shownPrefix);
  return [
    ...formsOf(secret).map(({ text }) => middleOf(text)),
    // Hexadecimal is written in both cases.
    middleOf(Buffer.from(secret).toString("hex").toUpperCase()),
    ...Array.from({ length: Math.max(0, body.length - pieceLength + 1) }, (_, at) =>
      body.slice(at, at + pieceLength),
    ),
  ];
}

function middleOf(text: string): string {
  const at = Math.max(0, Math.floor((text.length - pieceLength) / 2));
  return text.slice(at, at + pieceLength);
}

type Form = { readonly name: string; readonly text: string };

const aroundLength = 40;
/** A piece this long of a random key cannot be there by chance; key prefixes that may be shown are shorter. */
const pieceLength = 14;
const shownPrefix = 8;

/**
 * Finds a secret in a text or in bytes: plain, base64 in each of its three alignments, hex, each of these of the other,
 * URL-encoded, reversed, character codes, letters moved, and in pieces.
 *
 * @returns the first form found, or `undefined`.
 * @example
 * ```ts
 * findSecret(Buffer.from(key).toString("hex"), key)?.form; // "hex"
 * ```
 */
export function findSecret(content: string | Uint8Array, secret: string): SecretFinding | undefined {
  const text = typeof content === "string" ? content : Buffer.from(content).toString("latin1");
  const lower = text.toLowerCase();
  for (const { name, text: wanted } of formsOf(secret)) {
    const at = name === "hex" ? lower.indexOf(wanted) : text.indexOf(wanted);
    if (at >= 0) return { form: name, around: around(text, at, wanted.length) };
  }
  return findPieces(text, secret);
}

function formsOf(secret: string): readonly Form[] {
  const bytes = Buffer.from(secret);
  const reversed = [...secret].reverse().join("");
  return [
    { name: "plain", text: secret },
    { name: "reversed", text: reversed },
    ...alignments(bytes).map((text) => ({ name: "base64", text })),
    ...alignments(Buffer.from(reversed)).map((text) => ({ name: "base64 of the reversed", text })),
    { name: "hex", text: bytes.toString("hex") },
    { name: "URL-encoded", text: [...bytes].map((byte) => `%${hexOf(byte)}`).join("") },
    { name: "URL-encoded", text: [...bytes].map((byte) => `%${hexOf(byte).toLowerCase()}`).join("") },
    { name: "character codes", text: [...bytes].join(",") },
    { name: "character codes", text: [...bytes].join(", ") },
    { name: "UTF-16", text: [...secret].join("\0") },
    { name: "base64 of base64", text: stableOf(Buffer.from(bytes.toString("base64"))) },
    { name: "base64 of hex", text: stableOf(Buffer.from(bytes.toString("hex"))) },
    { name: "hex", text: Buffer.from(bytes.toString("base64")).toString("hex") },
    { name: "moved by thirteen letters", text: secret.replaceAll(/[a-z]/gi, thirteenOn) },
    { name: "HTML's character codes", text: [...bytes].map((byte) => `&#${byte};`).join("") },
    { name: "HTML's character codes", text: [...bytes].map((byte) => `&#x${byte.toString(16)};`).join("") },
  ];
}

/** Of a secret by itself, without what the padding changes. */
function stableOf(bytes: Buffer): string {
  return bytes.toString("base64").replace(/.?=*$/, "");
}

/** As far in the alphabet from the end as from the beginning. */
function thirteenOn(letter: string): string {
  const first = letter < "a" ? 65 : 97;
  return String.fromCharCode(((letter.charCodeAt(0) - first + 13) % 26) + first);
}

function hexOf(byte: number): string {
  return byte.toString(16).padStart(2, "0").toUpperCase();
}

/** The part of a base64 text that is the same whatever stands before and after, for each alignment. */
function alignments(bytes: Buffer): readonly string[] {
  return [0, 1, 2].flatMap((shift) => {
    const encoded = Buffer.concat([Buffer.alloc(shift), bytes])
      .toString("base64")
      .replaceAll("=", "");
    const stable = encoded.slice(Math.ceil((shift * 4) / 3), encoded.length - 1);
    return [stable, stable.replaceAll("+", "-").replaceAll("/", "_")];
  });
}

/** The whole secret cut into pieces that stand apart: every piece of it is there, whatever lies between. */
function findPieces(text: string, secret: string): SecretFinding | undefined {
  const body = secret.slice(shownPrefix);
  const pieces: string[] = [];
  for (let at = 0; at + pieceLength <= body.length; at += 1) {
    const piece = body.slice(at, at + pieceLength);
    if (text.includes(piece)) pieces.push(piece);
  }
  if (pieces.length === 0) return undefined;
  return { form: "in pieces", around: aroundPieces(text, pieces) };
}

/** The line that the secret stands in, as far as it is near. */
function around(text: string, at: number, length: number): string {
  const before = lineBefore(text, at);
  const after = text.slice(at + length, at + length + aroundLength);
  const [line = ""] = (after.length < aroundLength ? after : after.replace(wordAtEnd, "…")).split(/[\r\n]/);
  return quoted(`${before}[the secret]${line}`);
}

/** What stands before the first piece, without longer words: they may be pieces too small to be told from others. */
function aroundPieces(text: string, pieces: readonly string[]): string {
  const at = Math.min(...pieces.map((piece) => text.indexOf(piece)));
  const before = lineBefore(text, at)
    .replace(wordAtEnd, "…")
    .replaceAll(/[\w%~+-]{8,}/g, "…");
  return quoted(`${before}[a piece of the secret]…`);
}

/** Without a word that is cut: it may be half of another secret, which nothing would mask. */
function lineBefore(text: string, at: number): string {
  const before = text.slice(Math.max(0, at - aroundLength), at);
  return (at <= aroundLength ? before : before.replace(wordAtStart, "…")).split(/[\r\n]/).at(-1) ?? "";
}

const wordAtStart = /^[\w%~+-]+/;
const wordAtEnd = /[\w%~+-]+$/;

function quoted(text: string): string {
  return `“${text.replaceAll(/[^\x20-\x7e…]+/g, "·")}”`;
}

/**
 * Masks what must not stand in a report: API keys but for their prefix, and the given secrets.
 *
 * @example
 * ```ts
 * maskSecrets("key blnk_abcdefgh1234", []); // "key blnk_abc…"
 * ```
 */
export function maskSecrets(text: string, secrets: readonly string[]): string {
  const masked = secrets.reduce(
    (known, secret) =>
      secret.length < shownPrefix ? known : known.replaceAll(secret, `${secret.slice(0, 4)}…`),
    text.replaceAll(/blnk_[A-Za-z0-9_-]{4,}/g, (key) => `${key.slice(0, shownPrefix)}…`),
  );
  return masked.replaceAll(/([?&#](?:token|session|code|ticket|t|s|k)=)([^&#\s"]{5})[^&#\s"]*/g, "$1$2…");
}
