/**
 * Secrets that were combined with something that stays the same, however long that is: one byte, a password, the stream of a
 * cipher whose nonce never changes. Of two secrets combined with the same the difference stands between what is stored of
 * them, and a cipher that takes a nonce of its own for each leaves no trace of it.
 */
import { createHash } from "node:crypto";
import { setImmediate as othersTurn } from "node:timers/promises";
import { viewsOf } from "./views.ts";

/** Two secrets of one length that were stored alike. */
type SecretPair = readonly [string, string];

/** A way to combine, and what is told of it. */
type Combining = { readonly form: string; readonly isMoved: boolean };

const combinings: readonly Combining[] = [
  { form: "exclusive-or with something that stays the same", isMoved: false },
  { form: "moved by something that stays the same", isMoved: true },
];

/** What lies between four bytes and four others, each by itself: what a byte borrows it borrows from nobody. */
function between({ isMoved }: Combining, four: number, others: number): number {
  return isMoved
    ? ((four | 0x80808080) - (others & 0x7f7f7f7f)) ^ ((four ^ ~others) & 0x80808080)
    : four ^ others;
}

/** So many bytes of a difference are looked at together; with fewer of those than this nothing is told for certain. */
const windowLength = 8;
const leastWindows = 4;
const half = 4;
/** So much is looked through in one turn of this program, and so much of it again with what follows. */
const partLength = 1024 * 1024;
const overlap = 8 * 1024;
/** Places at which one of two secrets may stand, until it is seen whether the other one does. */
const mostCandidates = 64;

/**
 * How two secrets were combined with the same, where what is stored holds both of them so: as bytes, in hexadecimal or
 * base64, as the characters of a text or a list of numbers. Takes as long as there is to look through, and little memory
 * besides; others go on meanwhile.
 *
 * @returns nothing where it holds none, or was kept by a cipher that takes a nonce of its own for each.
 * @example
 * ```ts
 * const stored = Buffer.concat([one, other].map((key) => Buffer.from(key).map((byte) => byte ^ 7)));
 * await combinedAlike([stored], [one, other]); // "exclusive-or …"
 * ```
 */
export async function combinedAlike(
  contents: readonly Uint8Array[],
  pair: SecretPair,
): Promise<string | undefined> {
  const differences = differencesOf(pair);
  if (differences.length === 0) return undefined;
  const windows = openWindows(contents.reduce((sum, { length }) => sum + length, 0));
  for await (const view of viewsInTurn(contents)) addWindows(windows, view);
  const candidates: Candidate[] = [];
  for await (const view of viewsInTurn(contents))
    for (const difference of differences) addCandidates(view, windows, difference, candidates);
  if (candidates.length === 0) return undefined;
  for await (const view of viewsInTurn(contents)) {
    const found = candidates.find(({ other }) =>
      Buffer.from(view.buffer, view.byteOffset, view.byteLength).includes(other),
    );
    if (found !== undefined) return found.form;
  }
  return undefined;
}

/** All that the contents may stand for, part by part. */
async function* viewsInTurn(contents: readonly Uint8Array[]): AsyncGenerator<DataView> {
  for (const content of contents)
    for (let at = 0; at < content.length; at += partLength) {
      for (const view of viewsOf(content.subarray(at, at + partLength + overlap)))
        yield new DataView(view.buffer, view.byteOffset, view.byteLength);
      await othersTurn();
    }
}

/** What lies between the two secrets, four bytes at a time, in one of the ways of combining them. */
type Difference = Combining & { readonly fours: Int32Array };

function differencesOf(pair: SecretPair): readonly Difference[] {
  const reversed = pair.map((one) => [...one].reverse().join(""));
  const pairs = [pair, reversed].map((two) => two.map(withoutStart(pair)).map(wholeWindows));
  return combinings.flatMap((combining) =>
    pairs.flatMap(([one = [], other = []]) => {
      if (one.length !== other.length || one.length < leastWindows * (windowLength / half)) return [];
      const fours = Int32Array.from(one, (four, place) => between(combining, four, other[place] ?? 0));
      return [{ ...combining, fours }];
    }),
  );
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

/** Where one secret may stand, what the other one would have become. */
type Candidate = { readonly form: string; readonly other: Buffer };

/** Those places of a content from which another one that is there differs by this. */
function addCandidates(
  view: DataView,
  windows: Windows,
  difference: Difference,
  candidates: Candidate[],
): void {
  const length = difference.fours.length * half;
  const [first = 0, second = 0] = difference.fours;
  for (let at = 0; at + length <= view.byteLength; at += 1) {
    const four = between(difference, view.getInt32(at, true), first);
    const next = between(difference, view.getInt32(at + half, true), second);
    if (!has(windows, four, next) || !differsBy(view, at, windows, difference)) continue;
    if (candidates.length === mostCandidates) return;
    const other = Buffer.alloc(length);
    difference.fours.forEach((four, place) => {
      const there = view.getInt32(at + place * half, true);
      other.writeInt32LE(between(difference, there, four), place * half);
    });
    if (hasAll(windows, other)) candidates.push({ form: difference.form, other });
  }
}

/** Whether what this place differs from by that may be there, one window after the other. */
function differsBy(view: DataView, at: number, windows: Windows, difference: Difference): boolean {
  const { fours } = difference;
  for (let place = 0; place < fours.length; place += windowLength / half) {
    const four = between(difference, view.getInt32(at + place * half, true), fours[place] ?? 0);
    const next = between(difference, view.getInt32(at + (place + 1) * half, true), fours[place + 1] ?? 0);
    if (!has(windows, four, next)) return false;
  }
  return true;
}

/** A mark for all runs of eight bytes: what has none is not there. */
type Windows = { readonly marks: Int32Array; readonly shift: number };

/** So many marks there is room for, for each byte: a text may stand for several others. */
const sparse = 8;
const leastSieveBits = 16;
const mostSieveBits = 29;

function openWindows(length: number): Windows {
  const wanted = Math.ceil(Math.log2(1 + length * sparse));
  const bits = Math.min(mostSieveBits, Math.max(leastSieveBits, wanted));
  return { marks: new Int32Array(2 ** bits / 32), shift: 32 - bits };
}

function markOf({ shift }: Windows, four: number, next: number): number {
  const mixed = Math.imul(four ^ (next >>> 15), 0x9e3779b1) ^ Math.imul(next, 0x85ebca77);
  return Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae3d) >>> shift;
}

function addWindows(windows: Windows, view: DataView): void {
  const { marks } = windows;
  for (let at = 0; at + windowLength <= view.byteLength; at += 1) {
    const mark = markOf(windows, view.getInt32(at, true), view.getInt32(at + half, true));
    marks[mark >>> 5] = (marks[mark >>> 5] ?? 0) | (1 << (mark & 31));
  }
}

/** Whether these eight bytes may stand somewhere. */
function has(windows: Windows, four: number, next: number): boolean {
  const mark = markOf(windows, four, next);
  return ((windows.marks[mark >>> 5] ?? 0) & (1 << (mark & 31))) !== 0;
}

/** Whether every eight bytes of it may, beginning with any. */
function hasAll(windows: Windows, bytes: Buffer): boolean {
  for (let at = 0; at + windowLength <= bytes.length; at += 1)
    if (!has(windows, bytes.readInt32LE(at), bytes.readInt32LE(at + half))) return false;
  return true;
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
      // What goes on longer repeats the blocks that were looked at: a store is mostly of zeros.
      if (same < 2 * blockLength || same >= 3 * blockLength) continue;
      const block = bytes.subarray(at - blockLength + 1, at + 1);
      if (new Set(block).size >= leastDifferent && block.some((byte) => byte >= 0x80))
        found.add(block.toString("hex"));
    }
  }
  return found;
}
