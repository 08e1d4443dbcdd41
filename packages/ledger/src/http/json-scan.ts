/**
 * Reads the first JSON value of a body the way Core's parser does, with its error texts (contract section 3.4).
 *
 * Numbers keep their own text, so that no digit is lost; every value remembers where it stood, because some
 * errors quote it.
 */
import type { Steps } from "../turns.ts";

/** A parsed JSON value whose numbers are still text. */
export type JsonNode =
  | { readonly kind: "null"; readonly raw: string }
  | { readonly kind: "bool"; readonly value: boolean; readonly raw: string }
  | { readonly kind: "number"; readonly raw: string }
  | { readonly kind: "string"; readonly value: string; readonly raw: string }
  | { readonly kind: "array"; readonly items: readonly JsonNode[]; readonly raw: string }
  | { readonly kind: "object"; readonly members: readonly JsonMember[]; readonly raw: string };

/** One key of an object, in the order written; duplicates are kept. */
export interface JsonMember {
  readonly key: string;
  readonly node: JsonNode;
}

/** Text that is no JSON; `message` is the parser text that goes into the answer. */
export class JsonTextError extends Error {
  override readonly name = "JsonTextError";
  /** The text ended before its value did. */
  readonly isCut: boolean;

  constructor(message: string, isCut = false) {
    super(message);
    this.isCut = isCut;
  }
}

/** Core's parser gives up beyond 10 000; with the same words this one does earlier, before the stack runs out. */
const maximumDepth = 1200;

/** Values that share a step: far less than others would notice. */
const valuesOfStep = 500;

/**
 * Scans the first JSON value of `text`, in steps; what follows it is not looked at.
 *
 * @throws JsonTextError with `EOF`, `unexpected EOF` or `invalid character …`.
 * @example ended(scanSteps('{"a":1} rest')).kind // "object"
 */
export function* scanSteps(text: string): Steps<JsonNode> {
  const scanner = new Scanner(text);
  if (scanner.atEndAfterBlanks()) throw new JsonTextError("EOF", true);
  return yield* scanner.value();
}

/**
 * Scans the items of an array one by one, as Core reads a long one. A bracket of either kind or the end of the
 * text ends it; what follows is not looked at. Between steps of a long item it gives undefined.
 *
 * @param pieces the text, of which no more is held than an item takes
 * @throws JsonTextError for text that is no array, and at an item that is no JSON, once those before it are given.
 * @example [...scanItems(["[1, ", "2"])].length // 2
 */
export function* scanItems(pieces: Iterable<string>): Generator<JsonNode | undefined> {
  const scanner = new PieceScanner(pieces);
  if (scanner.isOver()) throw new JsonTextError("EOF", true);
  if (scanner.peek() !== "[") scanner.refuse("looking for beginning of array");
  scanner.at++;
  for (let first = true; !scanner.isOver() && !"]}".includes(scanner.peek()); first = false) {
    if (!first) scanner.comma();
    yield yield* scanner.whole();
  }
}

const blanks = new Set([" ", "\t", "\n", "\r"]);

// biome-ignore lint/suspicious/noControlCharactersInRegex: JSON lets none of them stand in a string.
const plain = /[^"\\\u0000-\u001f]*/y;

/** An array or object whose end has not come yet. */
type Open =
  | { readonly kind: "array"; readonly start: number; readonly items: JsonNode[] }
  | { readonly kind: "object"; readonly start: number; readonly members: JsonMember[]; key: string };

class Scanner {
  text: string;
  at = 0;

  constructor(text: string) {
    this.text = text;
  }

  atEndAfterBlanks(): boolean {
    this.skipBlanks();
    return this.at >= this.text.length;
  }

  skipBlanks(): void {
    while (blanks.has(this.text.charAt(this.at))) this.at++;
  }

  /** The next character, or the end of the text as an error. */
  peek(): string {
    if (this.at >= this.text.length) throw new JsonTextError("unexpected EOF", true);
    return this.text.charAt(this.at);
  }

  refuse(where: string): never {
    throw new JsonTextError(`invalid character ${quoted(this.text, this.at)} ${where}`);
  }

  /** A value with all that is in it. What it stands in is kept here and not on the stack, which has an end. */
  *value(): Steps<JsonNode> {
    const around: Open[] = [];
    let steps = 0;
    for (;;) {
      let node = this.begin(around);
      while (node !== undefined) {
        const inside = around.at(-1);
        if (inside === undefined) return node;
        if (inside.kind === "array") inside.items.push(node);
        else inside.members.push({ key: inside.key, node });
        node = this.goOn(inside, around);
      }
      if (++steps % valuesOfStep === 0) yield;
    }
  }

  /** A value that has nothing in it; undefined where one that has was opened. */
  begin(around: Open[]): JsonNode | undefined {
    this.skipBlanks();
    const first = this.peek();
    if (first === "{" || first === "[") return this.open(first, around);
    if (first === '"') return this.string();
    if (first === "t") return this.literal("true", { kind: "bool", value: true, raw: "true" });
    if (first === "f") return this.literal("false", { kind: "bool", value: false, raw: "false" });
    if (first === "n") return this.literal("null", { kind: "null", raw: "null" });
    if (first === "-" || isDigit(first)) return this.number();
    return this.refuse("looking for beginning of value");
  }

  open(bracket: "{" | "[", around: Open[]): JsonNode | undefined {
    if (around.length >= maximumDepth) this.refuse("exceeded max depth");
    const start = this.at++;
    const opened: Open =
      bracket === "[" ? { kind: "array", start, items: [] } : { kind: "object", start, members: [], key: "" };
    this.skipBlanks();
    if (this.peek() === (bracket === "[" ? "]" : "}")) {
      this.at++;
      return this.closed(opened);
    }
    around.push(opened);
    if (opened.kind === "object") this.key(opened);
    return undefined;
  }

  /** Behind a value: undefined where another one comes, else what has ended with it. */
  goOn(inside: Open, around: Open[]): JsonNode | undefined {
    this.skipBlanks();
    const next = this.peek();
    const isArray = inside.kind === "array";
    if (next !== "," && next !== (isArray ? "]" : "}"))
      this.refuse(isArray ? "after array element" : "after object key:value pair");
    this.at++;
    if (next !== ",") {
      around.pop();
      return this.closed(inside);
    }
    if (!isArray) this.key(inside);
    return undefined;
  }

  key(inside: Open & { readonly kind: "object" }): void {
    this.skipBlanks();
    if (this.peek() !== '"') this.refuse("looking for beginning of object key string");
    inside.key = this.string().value;
    this.skipBlanks();
    if (this.peek() !== ":") this.refuse("after object key");
    this.at++;
  }

  closed(inside: Open): JsonNode {
    const raw = this.text.slice(inside.start, this.at);
    return inside.kind === "array"
      ? { kind: "array", items: inside.items, raw }
      : { kind: "object", members: inside.members, raw };
  }

  comma(): void {
    if (this.peek() !== ",") this.refuse("after array element");
    this.at++;
  }

  literal(word: string, node: JsonNode): JsonNode {
    for (let index = 0; index < word.length; index++) {
      const expected = word.charAt(index);
      if (this.peek() !== expected) this.refuse(`in literal ${word} (expecting '${expected}')`);
      this.at++;
    }
    return node;
  }

  number(): JsonNode {
    const start = this.at;
    if (this.peek() === "-") {
      this.at++;
      if (!isDigit(this.peek())) this.refuse("in numeric literal");
    }
    if (this.peek() === "0") this.at++;
    else this.digits();
    if (this.text.charAt(this.at) === ".") {
      this.at++;
      if (!isDigit(this.peek())) this.refuse("after decimal point in numeric literal");
      this.digits();
    }
    const exponent = this.text.charAt(this.at);
    if (exponent === "e" || exponent === "E") this.exponent();
    return { kind: "number", raw: this.text.slice(start, this.at) };
  }

  exponent(): void {
    this.at++;
    const sign = this.peek();
    if (sign === "+" || sign === "-") this.at++;
    if (!isDigit(this.peek())) this.refuse("in exponent of numeric literal");
    this.digits();
  }

  digits(): void {
    while (isDigit(this.text.charAt(this.at))) this.at++;
  }

  string(): JsonNode & { readonly kind: "string" } {
    const start = this.at;
    this.at++;
    let escaped = false;
    for (;;) {
      this.skipPlain();
      const character = this.peek();
      if (character === '"') break;
      if (character < " ") this.refuse("in string literal");
      escaped = true;
      this.escape();
    }
    this.at++;
    const raw = this.text.slice(start, this.at);
    return { kind: "string", value: escaped ? unescaped(raw) : raw.slice(1, -1), raw };
  }

  /** What stands in a string for itself. */
  skipPlain(): void {
    plain.lastIndex = this.at;
    plain.test(this.text);
    this.at = plain.lastIndex;
  }

  escape(): void {
    this.at++;
    const character = this.peek();
    if (character !== "u") {
      if (!'"\\/bfnrt'.includes(character)) this.refuse("in string escape code");
      this.at++;
      return;
    }
    this.at++;
    for (let index = 0; index < 4; index++) {
      if (!/[0-9a-fA-F]/.test(this.peek())) this.refuse("in \\u hexadecimal character escape");
      this.at++;
    }
  }
}

/** Scans a text of which more comes when it is asked for; what is behind it is let go. */
class PieceScanner extends Scanner {
  readonly #pieces: Iterator<string>;
  #isAll = false;

  constructor(pieces: Iterable<string>) {
    super("");
    this.#pieces = pieces[Symbol.iterator]();
  }

  /** True at the end of the text, but for blanks. */
  isOver(): boolean {
    while (this.atEndAfterBlanks()) if (!this.#more()) return true;
    return false;
  }

  /** A value, once all of it is there. */
  *whole(): Steps<JsonNode> {
    for (;;) {
      const start = this.at;
      try {
        const node = yield* this.value();
        // A number that ends with the text may go on in the next piece.
        if (this.#isAll || this.at < this.text.length) return node;
      } catch (error) {
        if (this.#isAll || !(error instanceof JsonTextError && error.isCut)) throw error;
      }
      this.at = start;
      this.#more();
    }
  }

  /** Twice the text that is left, so that a long value is not scanned again for each piece; false when that was all. */
  #more(): boolean {
    const left = this.text.slice(this.at);
    let text = left;
    while (!this.#isAll && text.length <= 2 * left.length) {
      const { done, value } = this.#pieces.next();
      if (done === true) this.#isAll = true;
      else text += value;
    }
    this.text = text;
    this.at = 0;
    return text.length > left.length;
  }
}

function isDigit(character: string): boolean {
  return character >= "0" && character <= "9";
}

/** Half of a surrogate pair alone becomes U+FFFD, as it does in Core. */
function unescaped(raw: string): string {
  const value: string = JSON.parse(raw);
  return value.toWellFormed();
}

/** The offending character as Go prints it: the first byte of its UTF-8 form, in single quotes. */
function quoted(text: string, at: number): string {
  const character = String.fromCodePoint(text.codePointAt(at) ?? 0);
  if (character === "'") return "'\\''";
  if (character === '"') return "'\"'";
  const names: Readonly<Record<string, string>> = { "\n": "\\n", "\t": "\\t", "\r": "\\r", "\\": "\\\\" };
  const named = names[character];
  if (named !== undefined) return `'${named}'`;
  const byte = Buffer.from(character, "utf8")[0] ?? 0;
  if (byte < 0x20 || byte === 0x7f) return `'\\x${byte.toString(16).padStart(2, "0")}'`;
  return `'${String.fromCharCode(byte)}'`;
}
