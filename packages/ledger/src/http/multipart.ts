/**
 * Multipart forms, read where they lie: nothing of a file is copied, joined or looked through in one go, however large it
 * is. Node's own reader does all of that.
 */
import type { Steps } from "../turns.ts";
import { CoreFailure } from "./errors.ts";

/** A field of a form. */
export interface FormPart {
  readonly name: string;
  /** Absent in a field that is no file. */
  readonly filename: string | undefined;
  /** What it holds, in the pieces it came in. */
  readonly pieces: readonly Uint8Array[];
}

/** What stands above a field is no longer than this. */
const longestHead = 16 * 1024;
/** Each is kept until the form is read, however little it holds; Core takes no more either. */
const mostFields = 1_000;
/** So much is looked through in one step. */
const bytesOfStep = 1024 * 1024;

const lineEnd = Buffer.from("\r\n");
const headEnd = Buffer.from("\r\n\r\n");

/**
 * The fields of a form, in steps.
 *
 * @param type the request's content type, which names the boundary
 * @returns undefined when it is no form, or ends too early
 * @throws CoreFailure when there are more fields than anybody needs
 */
export function* formParts(
  pieces: readonly Uint8Array[],
  type: string,
): Steps<readonly FormPart[] | undefined> {
  const boundary = parameterOf(type, "boundary") ?? "";
  const delimiter = Buffer.from(`\r\n--${boundary}`);
  // Every boundary stands at the beginning of a line, the first one as well.
  const rest = new Rest([lineEnd, ...pieces]);
  if (boundary === "" || (yield* rest.until(delimiter)) === undefined) return undefined;
  const parts: FormPart[] = [];
  for (let count = 1; !rest.startsWith("--"); count++) {
    if (count > mostFields) throw tooManyFields();
    // What is small is found in less than a step.
    yield;
    const padding = yield* rest.until(lineEnd, longestHead);
    if (padding === undefined || textIn(padding).trim() !== "") return undefined;
    const isBare = rest.startsWith("\r\n");
    const head = yield* rest.until(isBare ? lineEnd : headEnd, longestHead);
    const content = head && (yield* rest.until(delimiter));
    if (head === undefined || content === undefined) return undefined;
    const names = namesIn(textIn(head));
    if (names !== undefined) parts.push({ ...names, pieces: content });
  }
  return parts;
}

function tooManyFields(): CoreFailure {
  return new CoreFailure(
    "RECON_UPLOAD_FAILED",
    "The form has more than 1,000 fields. Send the file, its source, and nothing else.",
  );
}

/** The text of pieces that are known to be few. */
export function textIn(pieces: readonly Uint8Array[]): string {
  return Buffer.concat(pieces).toString("utf8");
}

/** What is left of a form. */
class Rest {
  readonly #pieces: readonly Uint8Array[];
  #index = 0;
  #offset = 0;

  constructor(pieces: readonly Uint8Array[]) {
    this.#pieces = pieces;
  }

  startsWith(text: string): boolean {
    const [index, offset] = [this.#index, this.#offset];
    let found = "";
    for (
      let some = this.#take(text.length);
      some !== undefined;
      some = this.#take(text.length - found.length)
    ) {
      found += some.toString("latin1");
      if (found.length === text.length) break;
    }
    [this.#index, this.#offset] = [index, offset];
    return found === text;
  }

  /** What comes before a mark, which is passed; undefined when none comes, or not before so many bytes. */
  *until(mark: Buffer, most = Number.POSITIVE_INFINITY): Steps<readonly Uint8Array[] | undefined> {
    const passed: Uint8Array[] = [];
    let length = 0;
    // A mark may begin in one piece and end in another.
    let tail: Buffer = Buffer.alloc(0);
    for (let some = this.#take(bytesOfStep); some !== undefined; some = this.#take(bytesOfStep)) {
      const border = Buffer.concat([tail, some.subarray(0, mark.length - 1)]);
      const start = foundAt(border, mark, -tail.length) ?? foundAt(some, mark, 0);
      if (start !== undefined) {
        this.#offset -= some.length - (start + mark.length);
        return start < 0 ? withoutLast(passed, -start) : [...passed, some.subarray(0, start)];
      }
      passed.push(some);
      length += some.length;
      if (length > most) return undefined;
      tail = some.length < mark.length ? Buffer.concat([tail, some]) : some;
      tail = tail.subarray(Math.max(0, tail.length - mark.length + 1));
      yield;
    }
    return undefined;
  }

  /** The next bytes, of one piece. */
  #take(most: number): Buffer | undefined {
    for (let piece = this.#pieces[this.#index]; piece !== undefined; piece = this.#pieces[++this.#index]) {
      const some = piece.subarray(this.#offset, this.#offset + most);
      this.#offset += some.length;
      if (some.length > 0) return Buffer.from(some.buffer, some.byteOffset, some.byteLength);
      this.#offset = 0;
    }
    return undefined;
  }
}

/** Where a mark stands, counted from where the bytes begin. */
function foundAt(bytes: Buffer, mark: Buffer, beginning: number): number | undefined {
  const at = bytes.indexOf(mark);
  return at === -1 ? undefined : beginning + at;
}

function withoutLast(pieces: readonly Uint8Array[], count: number): readonly Uint8Array[] {
  const kept = [...pieces];
  for (let left = count; left > 0; ) {
    const last = kept.pop() ?? new Uint8Array();
    if (last.length > left) kept.push(last.subarray(0, last.length - left));
    left -= last.length;
  }
  return kept;
}

function namesIn(head: string): Pick<FormPart, "name" | "filename"> | undefined {
  const [, disposition] = /^content-disposition:\s*form-data\s*(;.*)$/im.exec(head) ?? [];
  const name = parameterOf(disposition ?? "", "name") ?? "";
  return name === "" ? undefined : { name, filename: parameterOf(disposition ?? "", "filename") };
}

/** A parameter of a header's value, quoted or not. */
function parameterOf(value: string, name: string): string | undefined {
  const parameters = value.matchAll(/;\s*([^\s=;]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^;\s]*))/g);
  for (const [, found = "", quoted, bare] of parameters)
    if (found.toLowerCase() === name) return quoted?.replace(/\\(.)/g, "$1") ?? bare;
  return undefined;
}
