/**
 * Reads the first JSON value of a body the way Core's parser does, with its error texts (contract section 3.4).
 *
 * Numbers keep their own text, so that no digit is lost; every value remembers where it stood, because some
 * errors quote it.
 */

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

/**
 * Scans the first JSON value of `text`; what follows it is not looked at.
 *
 * @throws JsonTextError with `EOF`, `unexpected EOF` or `invalid character …`.
 * @example scanJson('{"a":1} rest').kind // "object"
 */
export function scanJson(text: string): JsonNode {
  const scanner = new Scanner(text);
  if (scanner.atEndAfterBlanks()) throw new JsonTextError("EOF", true);
  return scanner.value(0);
}

/**
 * Scans the items of an array one by one, as Core reads a long one. A bracket of either kind or the end of the
 * text ends it; what follows is not looked at.
 *
 * @throws JsonTextError for text that is no array, and at an item that is no JSON, once those before it are given.
 * @example [...scanItems('[1, 2')].length // 2
 */
export function* scanItems(text: string): Generator<JsonNode> {
  const scanner = new Scanner(text);
  if (scanner.atEndAfterBlanks()) throw new JsonTextError("EOF", true);
  if (scanner.peek() !== "[") scanner.refuse("looking for beginning of array");
  scanner.at++;
  for (let first = true; !scanner.atEndAfterBlanks() && !"]}".includes(scanner.peek()); first = false) {
    if (!first) scanner.comma();
    yield scanner.value(1);
  }
}

const blanks = new Set([" ", "\t", "\n", "\r"]);

class Scanner {
  readonly text: string;
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

  value(depth: number): JsonNode {
    this.skipBlanks();
    const first = this.peek();
    if (depth >= maximumDepth && (first === "{" || first === "[")) this.refuse("exceeded max depth");
    if (first === "{") return this.object(depth);
    if (first === "[") return this.array(depth);
    if (first === '"') return this.string();
    if (first === "t") return this.literal("true", { kind: "bool", value: true, raw: "true" });
    if (first === "f") return this.literal("false", { kind: "bool", value: false, raw: "false" });
    if (first === "n") return this.literal("null", { kind: "null", raw: "null" });
    if (first === "-" || isDigit(first)) return this.number();
    return this.refuse("looking for beginning of value");
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

  string(): JsonNode {
    const start = this.at;
    this.at++;
    let escaped = false;
    for (;;) {
      const character = this.peek();
      if (character === '"') break;
      if (character < " ") this.refuse("in string literal");
      if (character === "\\") {
        escaped = true;
        this.escape();
      } else {
        this.at++;
      }
    }
    this.at++;
    const raw = this.text.slice(start, this.at);
    return { kind: "string", value: escaped ? unescaped(raw) : raw.slice(1, -1), raw };
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

  array(depth: number): JsonNode {
    const start = this.at;
    this.at++;
    const items: JsonNode[] = [];
    this.skipBlanks();
    if (this.peek() === "]") this.at++;
    else this.items(items, depth);
    return { kind: "array", items, raw: this.text.slice(start, this.at) };
  }

  items(items: JsonNode[], depth: number): void {
    for (;;) {
      items.push(this.value(depth + 1));
      this.skipBlanks();
      const next = this.peek();
      if (next !== "," && next !== "]") this.refuse("after array element");
      this.at++;
      if (next === "]") return;
    }
  }

  object(depth: number): JsonNode {
    const start = this.at;
    this.at++;
    const members: JsonMember[] = [];
    this.skipBlanks();
    if (this.peek() === "}") this.at++;
    else this.members(members, depth);
    return { kind: "object", members, raw: this.text.slice(start, this.at) };
  }

  members(members: JsonMember[], depth: number): void {
    for (;;) {
      this.skipBlanks();
      if (this.peek() !== '"') this.refuse("looking for beginning of object key string");
      const key = this.string();
      this.skipBlanks();
      if (this.peek() !== ":") this.refuse("after object key");
      this.at++;
      const node = this.value(depth + 1);
      if (key.kind === "string") members.push({ key: key.value, node });
      this.skipBlanks();
      const next = this.peek();
      if (next !== "," && next !== "}") this.refuse("after object key:value pair");
      this.at++;
      if (next === "}") return;
    }
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
