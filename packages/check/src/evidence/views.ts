/** What stored bytes may stand for: themselves, and what a text of them says in hexadecimal, base64, numbers or JSON. */

/** As long as what is stored of a secret is at least, in hexadecimal, in base64, and as a list of numbers. */
const leastHexadecimal = 96;
const leastBase64 = 64;
const leastNumbers = 81;

/** Which of the three a byte may stand in. */
const [inHexadecimal, inBase64, inNumbers] = [1, 2, 4];
const kinds = Uint8Array.from({ length: 256 }, (_, byte) => {
  const letter = String.fromCharCode(byte);
  return (
    (/[\da-fA-F]/.test(letter) ? inHexadecimal : 0) |
    (/[\w+/-]/.test(letter) ? inBase64 : 0) |
    (/[\d,\s]/.test(letter) && byte < 0x80 ? inNumbers : 0)
  );
});

/**
 * The bytes themselves, and those that a text of them stands for. What stands before a text may belong to it, so that it may
 * begin anywhere.
 */
export function viewsOf(bytes: Uint8Array): readonly Uint8Array[] {
  const content = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const hexadecimal = runsOf(content, inHexadecimal, leastHexadecimal);
  const base64 = runsOf(content, inBase64, leastBase64);
  return [
    content,
    ...[0, 1].map((start) => decoded(hexadecimal, (run) => Buffer.from(run.slice(start), "hex"))),
    ...[0, 1, 2, 3].map((start) => decoded(base64, (run) => Buffer.from(run.slice(start), "base64"))),
    decoded(runsOf(content, inNumbers, leastNumbers), (run) => Buffer.from(run.split(",").map(Number))),
    ...(isPlain(content) ? [] : [Buffer.from(unescaped(content.toString("utf8")), "latin1")]),
  ].filter(({ length }) => length > 0);
}

/** The texts in it that are made of one kind of bytes alone and are so long. One pass, whatever it holds. */
function runsOf(content: Buffer, kind: number, least: number): readonly string[] {
  const runs: string[] = [];
  let start = 0;
  for (let at = 0; at <= content.length; at += 1) {
    if (at < content.length && ((kinds[content[at] ?? 0] ?? 0) & kind) !== 0) continue;
    if (at - start >= least) runs.push(content.toString("latin1", start, at));
    start = at + 1;
  }
  return runs;
}

function decoded(runs: readonly string[], decode: (run: string) => Uint8Array): Buffer {
  return Buffer.concat(runs.map(decode));
}

/** Whether it says the same as a text. */
function isPlain(content: Buffer): boolean {
  return !content.includes("\\") && content.every((byte) => byte < 0x80);
}

const escapes: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t", b: "\b", f: "\f" };

/** As a program reads it that wrote it as JSON. */
function unescaped(text: string): string {
  return text.replaceAll(
    /\\(?:u00([\da-fA-F]{2})|(["\\/nrtbf]))/g,
    (_, code: string | undefined, letter = "") =>
      code === undefined ? (escapes[letter] ?? letter) : String.fromCharCode(Number.parseInt(code, 16)),
  );
}
