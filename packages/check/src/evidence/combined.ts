/**
 * Secrets that were combined with something that stays the same, however long that is: one byte, a password, the stream of a
 * cipher whose nonce never changes. Of two secrets combined with the same the difference stands between what is stored of
 * them, and a cipher that takes a nonce of its own for each leaves no trace of it.
 */

import { createHash } from "node:crypto";

/** Two secrets of one length that were stored alike. */
type SecretPair = readonly [string, string];

/** What lies between four bytes and four others, each by itself, and what is told of it. */
type Combining = { readonly form: string; readonly between: (four: number, others: number) => number };

const combinings: readonly Combining[] = [
  { form: "exclusive-or with something that stays the same", between: (four, others) => four ^ others },
  // What a byte borrows it borrows from nobody.
  {
    form: "moved by something that stays the same",
    between: (four, others) =>
      ((four | 0x80808080) - (others & 0x7f7f7f7f)) ^ ((four ^ ~others) & 0x80808080),
  },
];

/** So many bytes of a difference are looked at together; with fewer of those than this nothing is told for certain. */
const windowLength = 8;
const leastWindows = 4;
const half = 4;

/**
 * How two secrets were combined with the same, where a content holds both of them so: as bytes, in hexadecimal or base64, as
 * the characters of a text or a list of numbers.
 *
 * @returns nothing where it holds none, or was kept by a cipher that takes a nonce of its own for each.
 * @example
 * ```ts
 * combinedAlike(Buffer.concat([one, other].map((key) => Buffer.from(key).map((byte) => byte ^ 7))), [one, other]); // "exclusive-or …"
 * ```
 */
export function combinedAlike(content: Uint8Array, pair: SecretPair): string | undefined {
  const reversed = pair.map((one) => [...one].reverse().join(""));
  const pairs = [pair, reversed].map((two) => two.map(withoutStart(pair)).map(wholeWindows));
  for (const view of viewsOf(content)) {
    const known = windowsOf(view);
    for (const { form, between } of combinings)
      for (const [one = [], other = []] of pairs) {
        if (one.length !== other.length || one.length < leastWindows * (windowLength / half)) continue;
        const difference = Int32Array.from(one, (four, place) => between(four, other[place] ?? 0));
        if (standsBetween(view, known, difference, between)) return form;
      }
  }
  return undefined;
}

/** With less of it nothing is told for certain. */
const leastCombined = 24;

/**
 * The text that a secret was combined with, where a content holds it combined by exclusive-or with one of these or its
 * hash, again and again.
 *
 * @returns nothing where it holds none.
 * @example
 * ```ts
 * combinedWith(stored, key, ["instapp_1"]); // "instapp_1"
 * ```
 */
export function combinedWith(
  content: Uint8Array,
  secret: string,
  texts: readonly string[],
): string | undefined {
  const views = viewsOf(content).map((view) => Buffer.from(view.buffer, view.byteOffset, view.byteLength));
  const bytes = Buffer.from(secret);
  return texts.find((text) =>
    padsOf(text).some((pad) => {
      const combined = bytes.map((byte, at) => byte ^ (pad[at % pad.length] ?? 0));
      return views.some((view) => view.includes(combined.subarray(-leastCombined)));
    }),
  );
}

/** What a program makes of a text to combine something with it. */
function padsOf(text: string): readonly Buffer[] {
  const hashes = ["sha256", "sha1", "md5", "sha512"].map((name) => createHash(name).update(text).digest());
  return [Buffer.from(text), ...hashes, ...hashes.map((hash) => Buffer.from(hash.toString("hex")))];
}

const blockLength = 16;
/** Chance makes no three blocks alike of so many different bytes. */
const leastDifferent = 10;

/**
 * Each block of bytes that stands three times in a row, as what a cipher that encrypts each block by itself makes of a
 * secret that repeats itself.
 *
 * @returns the blocks in hexadecimal, none of them of characters that can be read.
 */
export function repeatedBlocks(content: Uint8Array): ReadonlySet<string> {
  const found = new Set<string>();
  for (const view of viewsOf(content)) {
    const bytes = Buffer.from(view.buffer, view.byteOffset, view.byteLength);
    let same = 0;
    for (let at = blockLength; at < bytes.length; at += 1) {
      same = bytes[at] === bytes[at - blockLength] ? same + 1 : 0;
      if (same < 2 * blockLength) continue;
      const block = bytes.subarray(at - blockLength + 1, at + 1);
      if (new Set(block).size >= leastDifferent && block.some((byte) => byte >= 0x80))
        found.add(block.toString("hex"));
    }
  }
  return found;
}

/** Four bytes at a time, as far as they fill windows. */
function wholeWindows(text: string): readonly number[] {
  const bytes = Buffer.from(text);
  const count = Math.floor(bytes.length / windowLength) * (windowLength / half);
  return Array.from({ length: count }, (_, place) => bytes.readInt32LE(place * half));
}

/** Without what both begin or end with, which has no difference. */
function withoutStart([one, other]: SecretPair): (text: string) => string {
  let same = 0;
  while (same < one.length && one[same] === other[same]) same += 1;
  return (text) => (text === one || text === other ? text.slice(same) : text.slice(0, text.length - same));
}

/** Whether two places of a content differ by this. */
function standsBetween(
  view: DataView,
  { has }: Windows,
  difference: Int32Array,
  between: Combining["between"],
): boolean {
  const content = Buffer.from(view.buffer, view.byteOffset, view.byteLength);
  const length = difference.length * half;
  const [first = 0, second = 0] = difference;
  const fourAt = (at: number, place: number) =>
    between(view.getInt32(at + place * half, true), difference[place] ?? 0);
  for (let at = 0; at + length <= view.byteLength; at += 1) {
    const isBegun = has(
      between(view.getInt32(at, true), first),
      between(view.getInt32(at + half, true), second),
    );
    if (!isBegun) continue;
    let place = 2;
    while (place < difference.length && has(fourAt(at, place), fourAt(at, place + 1))) place += 2;
    if (place < difference.length) continue;
    const other = Buffer.from(Int32Array.from(difference, (_, place) => fourAt(at, place)).buffer);
    if (content.includes(other)) return true;
  }
  return false;
}

/** Whether these eight bytes may stand somewhere. */
type Windows = { has(four: number, next: number): boolean };

const sparse = 8;
const mostSieveBits = 26;

/** All runs of eight bytes, by a mark for each: what has none is not there. */
function windowsOf(view: DataView): Windows {
  const bits = Math.min(mostSieveBits, Math.max(16, Math.ceil(Math.log2(1 + view.byteLength * sparse))));
  const marks = new Uint32Array(2 ** bits / 32);
  const shift = 32 - bits;
  const markOf = (four: number, next: number) => {
    const mixed = Math.imul(four ^ (next >>> 15), 0x9e3779b1) ^ Math.imul(next, 0x85ebca77);
    return Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae3d) >>> shift;
  };
  for (let at = 0; at + windowLength <= view.byteLength; at += 1) {
    const mark = markOf(view.getInt32(at, true), view.getInt32(at + half, true));
    marks[mark >>> 5] = (marks[mark >>> 5] ?? 0) | (1 << (mark & 31));
  }
  return {
    has: (four, next) => {
      const mark = markOf(four, next);
      return ((marks[mark >>> 5] ?? 0) & (1 << (mark & 31))) !== 0;
    },
  };
}

/** As long as what is stored of a secret is at least, in hexadecimal and in base64. */
const hexadecimal = /[\da-fA-F]{96,}/g;
const base64 = /[\w+/-]{64,}/g;
const numbers = /\d{1,3}(?:,\s*\d{1,3}){40,}/g;

/** The bytes themselves, and those that a text of them stands for. What stands before a text may belong to it, so that it may begin anywhere. */
function viewsOf(bytes: Uint8Array): readonly DataView[] {
  const content = Buffer.from(bytes);
  const text = content.toString("latin1");
  const decoded = (pattern: RegExp, decode: (run: string) => Uint8Array) =>
    (text.match(pattern) ?? []).map(decode);
  return [
    content,
    Buffer.concat(
      [0, 1].flatMap((start) => decoded(hexadecimal, (run) => Buffer.from(run.slice(start), "hex"))),
    ),
    Buffer.concat(
      [0, 1, 2, 3].flatMap((start) => decoded(base64, (run) => Buffer.from(run.slice(start), "base64"))),
    ),
    Buffer.concat(decoded(numbers, (run) => Buffer.from(run.split(",").map(Number)))),
    Buffer.from(unescaped(content.toString("utf8")), "latin1"),
  ].map(({ buffer, byteOffset, byteLength }) => new DataView(buffer, byteOffset, byteLength));
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
